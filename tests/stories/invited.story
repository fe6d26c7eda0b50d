# Somebody who is not here gets a link; whoever starts by it and whoever shared it know each other. A forged one is a start.
given        Asha Rao has ₹500.00 and a PIN; Meera Iyer (@meera) is new; Kabir Das (@kabir) is new
asha shares  meera
bot          They are not found on Hundi               [Invite somebody]
meera opens  the invitation of asha
meera sees   Asha Rao (@asha) invited you
meera sees   Welcome to Hundi, Meera Iyer
asha sees    Meera Iyer (@meera) came by your invitation
asha         send 50 to meera
bot          Pay ₹50.00 to Meera Iyer (@meera)?        [Pay ₹50.00] [Cancel]
meera opens  the invitation of asha
meera sees   Asha Rao (@asha) is one of your contacts already
kabir        /start iAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
kabir sees   Welcome to Hundi, Kabir Das
