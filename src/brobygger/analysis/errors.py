"""What can be wrong with what an analysis is given. Every sentence says what was found and what is expected."""

from __future__ import annotations


class AnalysisError(ValueError):
    """The base of every error of the library; the text is a whole Danish sentence."""


class WeekError(AnalysisError):
    """A week, month or column name that does not exist."""


class PanelError(AnalysisError):
    """Rows that overlap, run backwards, point outside the codes or have different lengths."""


class CodeListError(AnalysisError):
    """A code list that contradicts itself or lacks a field."""


class RegisterError(AnalysisError):
    """A file that cannot be read as the register it is said to be."""


class CohortError(AnalysisError):
    """Spells, meetings or arms that do not make a cohort."""


class DesignError(AnalysisError):
    """A sample, design or setting that cannot carry a comparison."""


class HiddenByGate(AnalysisError):
    """Someone asked for an effect that the gate has found red: only what happened may be shown."""


class RateError(AnalysisError):
    """A rate, price or discount rate that is not known on the day it is asked for."""


class NotOneNumber(AnalysisError):
    """Someone asked for one number from results of different kinds."""


class DisclosureError(AnalysisError):
    """A table that cannot be published as it is asked for."""
