"""Results of samples: delivered in a laboratory's workbook or entered by hand, reviewed by a second person, corrected by new rows."""
