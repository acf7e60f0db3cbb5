"""A laboratory's workbook on its way in: kept, read, corrected, dry run, taken."""
