"""发现与整改: how many were found and how many fixed, by category and by place."""
