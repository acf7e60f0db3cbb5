"""Public notices: what hangs on which board, its days, and the sheet that is printed."""
