# A typing error is offered, never taken. Somebody who is not on Hundi and a handle nobody has are answered alike.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Ravi Kumar (@ravi) is on Hundi; Meera Iyer (@meera) is new
asha         send 200 to pirya
bot          nobody called “pirya”…Did you mean one of these?     [Priya Sharma (@priya)] [Cancel]
asha         [Priya Sharma (@priya)]
bot          Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         send 200 to ravi
bot          nobody called “ravi”…exact @handle…To whom?     [Priya Sharma (@priya)] [Cancel]
asha         @meera
bot          Nobody can be paid as “@meera”
asha         @nobody_at_all
bot          Nobody can be paid as “@nobody_at_all”
asha         @ravi
bot          Pay ₹200.00 to Ravi Kumar (@ravi)?…never paid Ravi Kumar before     [Pay ₹200.00] [Cancel]
books        asha 500.00   priya 0.00   ravi 0.00   trial balance 0.00
