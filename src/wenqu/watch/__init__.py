"""The watch list 防止返贫监测: identify, help, and let go, by the county's own procedure."""
