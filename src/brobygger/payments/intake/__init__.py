"""Where invoices come from besides a clerk's upload, the rules they are held against, and what suppliers are told."""
