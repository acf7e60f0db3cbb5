"""Workbooks of laboratories: any of three layouts -> typed long rows of results and a list of wrong cells."""
