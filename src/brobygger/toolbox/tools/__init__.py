"""The mentor's tools that are filled in: guides, talks, expectations, the wheel."""
