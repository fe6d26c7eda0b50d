# /pin asks for the old one first. The same again is no change; a change is told with the way to stop everything.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         /pin
bot          Enter your PIN: the one you have now
asha         ······                                    the right one
bot          Choose a new PIN of 6 digits
asha         ······                                    the right one
bot          That is one of your last three PINs
asha         ······                                    583062, chosen
bot          Enter the same PIN once more
asha         ······                                    583062
bot          If this was not you, send /freeze at once     [Freeze]
asha         send 20 to priya
asha         [Pay ₹20.00]
asha         ······                                    274913
bot          2 tries left
asha         ······                                    the right one
bot          Paid ₹20.00 to Priya Sharma               reference     [Receipt] [Problem?]
asha         /pin
bot          Enter your PIN
asha         /cancel
bot          Cancelled
