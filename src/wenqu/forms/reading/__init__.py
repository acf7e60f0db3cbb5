"""XLSForm workbook -> XForm XML, or one list of problems with sheet, row and column."""

from wenqu.forms.reading.reading import Reading, read_form

__all__ = ["Reading", "read_form"]
