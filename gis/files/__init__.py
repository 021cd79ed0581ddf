"""The only place that opens or writes geodata; foreign exceptions become ours here."""
