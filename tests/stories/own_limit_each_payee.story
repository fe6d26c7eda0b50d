# At most so much to any one person in a day; the next person is whole, and so is the next day.
given        Asha Rao has ₹1,000.00 and a PIN; Priya Sharma (@priya) is her contact; Ravi Kumar (@ravi) is her contact; @asha has paid @priya ₹100.00 2 times
asha         /limits 250 per person
asha         [Limit to ₹250.00]
bot          at most ₹250.00 goes to any one person in a day     [Limits]
asha         send 100 to priya
bot          ₹250.00 a day to any one person. ₹50.00 is left for this one     [Limits]
asha         send 250 to ravi
bot          Pay ₹250.00 to Ravi Kumar (@ravi)?        [Pay ₹250.00] [Cancel]
asha         [Cancel]
clock        +24h
asha         send 250 to priya
bot          Pay ₹250.00 to Priya Sharma (@priya)?     [Pay ₹250.00] [Cancel]
