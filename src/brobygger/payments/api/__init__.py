"""Invoices from other systems, by HTTP and a token."""
