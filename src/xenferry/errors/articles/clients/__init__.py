"""What Xen Orchestra, `xe`, scripts and XenCenter say when no host answers, or of their own."""
