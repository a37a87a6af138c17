"""Evaluations by design: lotteries, roll-outs in steps, and what both sides are asked on fixed days."""
