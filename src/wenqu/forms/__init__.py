"""Forms: an XLSForm workbook -> XForm XML (for ODK Collect) -> a plan (for the phone page). Pure: no tables, no clock.

``compiling.compile_form`` is the one door. What the plan cannot do is refused with sheet, row and reason; the one
table of what it can do is ``supported``.
"""
