"""Samples (stikprøver) drawn inside the system, their answers and findings, and the auditor's file of a case."""
