# A limit of one's own blocks. One yes tightens it; loosening takes the PIN, and is told with the way to stop everything.
given        Asha Rao has ₹5,000.00 and a PIN; Priya Sharma (@priya) is her contact
asha         limit me to 500 a day
bot          In one day: at most ₹500.00…It holds at once     [Limit to ₹500.00] [Cancel]
asha         [Limit to ₹500.00]
bot          From now on at most ₹500.00 goes out in one day  [Limits]
asha         send 300 to priya
asha         [Pay ₹300.00]
asha         ······                                    the right one
bot          Paid ₹300.00 to Priya Sharma              reference     [Receipt] [Problem?]
asha         send 300 to priya
bot          over your own limit: ₹500.00 a day. You have ₹200.00 left…Nothing was sent     [Limits]
asha         [Limits]
bot          Your own limit in one day: ₹500.00…₹200.00 left until     [Set a limit]
asha         [Set a limit]
bot          What do you want to limit?                [One payment] [All of one day] [One person in a day] [Cancel]
asha         [All of one day]
bot          How much at most in one day?…Now: ₹500.00     [₹500.00] [₹2,000.00] [₹10,000.00] [No limit] [Cancel]
asha         [₹2,000.00]
bot          Enter your PIN to raise or remove your own limit
asha         ······                                    the right one
bot          From now on at most ₹2,000.00 goes out in one day     [Limits]
bot          One of your own limits was raised or removed…send /freeze at once…₹2,000.00     [Freeze]
asha         send 300 to priya
bot          Pay ₹300.00 to Priya Sharma (@priya)?     [Pay ₹300.00] [Cancel]
