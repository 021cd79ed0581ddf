"""Which abandoned mines to restore first, how sure that is, and with what money in which year."""
