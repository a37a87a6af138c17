"""How the answers to the auditor's questions have gone, by team, night by night or month by month."""
