"""What happens in the ledger: following what others do, clawback, files out and answers in."""
