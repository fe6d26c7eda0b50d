# What is on screen is never changed by words: a correction is another question, and the old one is closed.
given        Asha Rao has ₹5,000.00 and a PIN; Priya Sharma (@priya) is her contact; Neha Iyer (@neha) is her contact
asha         send 200 to Priya for tea
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         no, 250
bot          Pay ₹250.00 to Priya Sharma (@priya)?     [Pay ₹250.00] [Cancel]
asha         nahi, dhai hazaar
bot          Pay ₹2,500.00 to Priya Sharma (@priya)?     [Pay ₹2,500.00] [Cancel]
asha         not Priya, Neha
bot          Pay ₹2,500.00 to Neha Iyer (@neha)?     [Pay ₹2,500.00] [Cancel]
asha         make it 300
bot          Pay ₹300.00 to Neha Iyer (@neha)?     [Pay ₹300.00] [Cancel]
asha         haan
bot          Pay ₹300.00 to Neha Iyer (@neha)?     [Pay ₹300.00] [Cancel]
asha         [Pay ₹300.00]
asha         ······                                    the right one
bot          Paid ₹300.00 to Neha Iyer                 reference     [Receipt] [Problem?]
neha sees    ₹300.00 from Asha Rao                     the same reference     [Thank] [Send back] [Problem?]
books        asha 4700.00   neha 300.00   priya 0.00   trial balance 0.00
asha         send 20 to Priya
bot          Pay ₹20.00 to Priya Sharma (@priya)?     [Pay ₹20.00] [Cancel]
asha         nahi
bot          Cancelled. Nothing was sent.
books        asha 4700.00   neha 300.00   priya 0.00   trial balance 0.00
