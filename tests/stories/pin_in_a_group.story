# A PIN typed in a group is deleted where the bot may, and its owner told to change it; it is said in private only.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is on Hundi; Flat 4B is a group with Asha and Priya, where the bot may delete
asha in Flat 4B   274913
asha sees    Others may have read…change it now.…I deleted your message there.     [Change PIN] [Freeze]
group no longer sees   274913
group hears nothing of   Others may
given        Mess is a group with Asha and Priya
asha in Mess      @hundi_bot 274913
asha sees    I may not delete messages there: please delete yours.     [Change PIN] [Freeze]
group sees   I may not delete messages here.
group hears nothing of   PIN now
books        asha 500.00   trial balance 0.00
