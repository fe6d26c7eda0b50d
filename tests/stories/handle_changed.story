# A handle changes once a month; the old one leads to nobody, and comes back only to whoever had it.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹0.00 and a PIN; Ravi Kumar (@ravi) has ₹0.00 and a PIN
priya        change my handle
priya        [Change handle]
priya        @ravi
priya        ······                                    the right one
bot          @ravi is taken
priya        Priya_S
bot          Enter your PIN…to change your handle to @priya_s
priya        ······                                    the right one
bot          Your handle is @priya_s now
asha         send 20 to @priya
bot          The handle @priya is not in use any more
asha         send 20 to @priya_s
bot          Pay ₹20.00 to Priya Sharma (@priya_s)?
ravi         /profile
ravi         [Change handle]
ravi         @priya
ravi         ······                                    the right one
bot          @priya is taken
priya        /profile
bot          Your handle can be changed again from
priya        [Change handle]
bot          Your handle can be changed again from
clock        +30d
priya        [Change handle]
priya        @priya
priya        ······                                    the right one
bot          Your handle is @priya now
asha         send 20 to @priya
bot          Pay ₹20.00 to Priya Sharma (@priya)?
