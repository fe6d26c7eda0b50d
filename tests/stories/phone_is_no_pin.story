# Digits of one's own phone number are no PIN, once the number is shared: whoever has the phone book would try them first.
given        Asha Rao has ₹500.00 and a PIN
asha         /phone
bot          can pay you by it…Press the button below
asha shares  her number
bot          People can pay you by +91 90000 01001 now
asha         /pin
bot          Enter your PIN
asha         ······                                    the right one
bot          Choose a new PIN of 6 digits
asha         ······                                    919000
bot          That PIN is easy to guess…Choose a new PIN
