"""The auditor's questions over whole cases: plain Python, wherever the cases come from."""
