# /freeze needs no PIN; /unfreeze needs it and takes effect after an hour.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         /freeze
bot          frozen
asha         send 200 to priya
bot          frozen
asha         /unfreeze
bot          Enter your PIN
asha         ······                                    the right one
bot          opens again at
clock        +59m
asha         send 200 to priya
bot          frozen
clock        +2m
asha         send 200 to priya
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
