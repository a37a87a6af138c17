"""The ledger: acts of money as transactions that balance, told to the finance system and held against answers."""
