# A number is shared by Telegram's own button, pays, is kept off what others see, and is taken off again.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is on Hundi
priya        /phone
bot          can pay you by it…Press the button below
priya shares  her number
bot          People can pay you by +91 90000 01002 now…/phone takes it off
asha         send 200 to 90000 01002 for tea
bot          Pay ₹200.00 to Priya Sharma (@priya)?…tea…never paid Priya Sharma before     [Pay ₹200.00] [Cancel]
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
priya sees   ₹200.00 from Asha Rao                     the same reference
asha         pay 9000001002 100
bot          not sure which amount you mean
asha         send 50 to +91 90000 09999
bot          Nobody can be paid as “+91 90000 09999”
priya        my number
bot          People can pay you by +91 90000 01002     [Take my number off]
priya        [Take my number off]
bot          Your number is off your account           [Share my phone number]
asha         send 50 to 9000001002
bot          Nobody can be paid as “+91 90000 01002”
books        asha 300.00   priya 200.00   trial balance 0.00
