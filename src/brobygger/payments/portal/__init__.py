"""The supplier's own page: the month handed in, invoices uploaded, answers read."""
