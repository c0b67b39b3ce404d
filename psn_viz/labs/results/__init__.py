"""Reading the results. What the paper and its authors' logs report, in six views, each with its reservation."""
