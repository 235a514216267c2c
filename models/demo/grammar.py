"""The sentences the demo model is trained on: what agents and callers say on a support line.

A small grammar of templates with slots. `{day}` is filled from SLOTS or from one of the generators below; a filling
may hold slots itself. Every sentence of the demo call is among the sentences, whole, in parts and joined with others,
and so are the words and phrases that the shipped cues look for. `utterance(rng)` draws what one utterance says.

Knows nothing of voices, sound or models. The same generator state gives the same text.
"""

from __future__ import annotations

import functools
import random
import re
import tomllib
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "voiceassist" / "demo" / "script.toml"
LONG_SCRIPT = SCRIPT.with_name("long.toml")
"""The demo call's text, read as data."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DIGITS = _words("zero one two three four five six seven eight nine")
_TEENS = _words("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = _words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"
)


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines() if line.strip())


SLOTS: dict[str, tuple[str, ...]] = {
    "day": _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "month": _words("January February March April May June July August September October November December"),
    "part": _phrases("""
        in the morning
        in the afternoon
        in the evening
        at noon
        at night
        before lunch
        after work
    """),
    "when": _phrases("""
        today
        tomorrow
        tonight
        tomorrow morning
        tomorrow afternoon
        this afternoon
        this evening
        this week
        next week
        next month
        on {day}
        by {day}
        next {day}
        on {day} morning
        by the end of the day
        by the end of the week
        within {few} days
        within the hour
        in {few} minutes
        on {date}
        straight away
        right now
        as soon as possible
        first thing in the morning
    """),
    "past": _phrases("""
        yesterday
        last week
        last month
        last {day}
        last night
        this morning
        {few} days ago
        {few} weeks ago
        a week ago
        a month ago
        on {date}
        in {month}
        last year
        the day before yesterday
        an hour ago
        earlier today
    """),
    "few": _words("two three four five six seven eight nine ten twelve fifteen twenty thirty"),
    "span": _phrases("""
        {few} minutes
        {few} hours
        {few} days
        {few} weeks
        {few} months
        an hour
        half an hour
        over an hour
        a week
        a month
        a whole day
        all day
        all week
        nearly a month
    """),
    "item": _phrases("""
        washing machine
        machine
        fridge
        dishwasher
        oven
        cooker
        phone
        laptop
        computer
        printer
        router
        television
        tablet
        camera
        heater
        boiler
        sofa
        table
        chair
        bed
        mattress
        parcel
        package
        order
        letter
        card
        ticket
        jacket
        pair of shoes
        coffee machine
        vacuum cleaner
        lamp
        battery
        charger
        headset
        keyboard
        screen
        book
    """),
    "thing": _phrases("""
        order
        account
        bill
        invoice
        payment
        refund
        delivery
        contract
        subscription
        booking
        appointment
        case
        complaint
        claim
        policy
        password
        address
        request
        application
        reservation
        warranty
        balance
        insurance
        message
        email
        number
        name
        connection
        service
        line
    """),
    "fault": _phrases("""
        broken
        damaged
        late
        missing
        wrong
        faulty
        empty
        scratched
        cracked
        dead
        too small
        too big
        not working
        still not here
        the wrong colour
        the wrong size
        leaking
        too slow
        cut off
        overdue
    """),
    "bad": _phrases("""
        ridiculous
        unacceptable
        terrible
        awful
        a joke
        a disgrace
        outrageous
        hopeless
        shocking
        pathetic
        a nightmare
        a mess
        not good enough
        absurd
        a waste of time
        very poor
        unbelievable
        a scandal
    """),
    "insult": _words("idiot fool liar moron clown"),
    "rude": _words("stupid useless rude lazy incompetent dumb worthless crazy blind deaf hopeless"),
    "feeling": _phrases("""
        upsetting
        frustrating
        annoying
        difficult
        stressful
        worrying
        disappointing
        hard
        tiring
        inconvenient
        unpleasant
        painful
        confusing
        embarrassing
        frightening
    """),
    "felt": _words("angry upset frustrated annoyed worried disappointed tired confused furious unhappy sad scared"),
    "person": _phrases("""
        supervisor
        manager
        colleague
        technician
        engineer
        driver
        specialist
        team leader
        person in charge
        somebody else
        advisor
        doctor
        lawyer
    """),
    "boss": _phrases("""
        your supervisor
        a supervisor
        your manager
        a manager
        the manager
        your boss
        somebody in charge
        someone else
        a real person
        a human being
        somebody higher up
        the person in charge
        the complaints department
    """),
    "team": _phrases("""
        the warehouse
        the billing team
        the technical team
        the sales department
        our complaints team
        the support team
        accounts
        the finance department
        the delivery company
        the local office
        head office
        customer service
        the repair team
    """),
    "name": _words(
        "Smith Brown Taylor Wilson Davies Evans Thomas Roberts Johnson Walker White Green Hall Wood Martin Clarke "
        "Anna Peter Mary John Susan David Laura James Sarah Paul Emma Michael Karen Robert Helen Daniel Alice George"
    ),
    "title": _words("Mister Missus Miss Doctor"),
    "town": _words("London Leeds Bristol Oxford Cambridge York Dover Boston Chicago Dublin Glasgow Cardiff Manchester"),
    "street": _phrases("""
        Mill Lane
        Station Road
        High Street
        Church Road
        Park Avenue
        Green Street
        Bridge Street
        Garden Close
        Queen Street
        Hill Road
    """),
    "colour": _words("red blue green black white grey yellow brown pink orange silver"),
    "firm": _phrases("""
        Harbour Home Service
        customer service
        the help desk
        technical support
        North Bank
        City Energy
        the service desk
        Sunrise Travel
        Home Insurance
        the billing department
    """),
    "greet": _phrases("""
        Good morning
        Good afternoon
        Good evening
        Hello
        Hi
        Good day
        Hello there
    """),
    "yes": _phrases("""
        Yes
        Yes, of course
        Of course
        Certainly
        Sure
        Okay
        Right
        All right
        Absolutely
        Yes, please
        Yes, that is right
        That's right
        Exactly
        Correct
        Fine
        Very well
        Got it
        Sounds good
    """),
    "kin": _phrases("""
        my wife
        my husband
        my mother
        my father
        my son
        my daughter
        my children
        my boss
        my neighbour
        my friend
        my family
        my brother
        my sister
        my baby
        my grandmother
    """),
    "place": _phrases("""
        at home
        at work
        at the door
        in the house
        in the kitchen
        at the office
        in the shop
        at the bank
        on the street
        in the car
        in hospital
        at the airport
        at the station
        in the garden
        online
        on the website
        in the app
    """),
    "subject": _phrases("""
        I
        you
        we
        they
        he
        she
        nobody
        somebody
        everybody
        the driver
        the lady
        the man
        your colleague
        my husband
        my wife
        the company
        the engineer
        people
    """),
    "did": _phrases("""
        said
        told me
        called
        promised
        paid
        wrote to me
        took it
        lost it
        broke it
        found it
        forgot
        waited
        answered
        asked
        left
        came
        went away
        hung up
        sent it back
        brought it
        changed it
        checked it
        needed it
        closed the case
        opened the box
        read the letter
        signed the form
        put it down
        made a mistake
        saw it
        bought it
        sold it
        kept it
        gave up
        tried again
        stopped
        started again
        ignored me
        charged me twice
        took the money
        cancelled it
        knew about it
        heard about it
        felt bad
        lied to me
    """),
    "action": _phrases("""
        call you back
        call you
        send you an email
        send you a letter
        send you a new one
        send it again
        send you a text message
        refund the money
        refund you in full
        order a replacement
        book an engineer
        book a new appointment
        speak to my manager
        speak to the warehouse
        check with {team}
        look into it
        look into this for you
        open a case
        close the account
        update your address
        reset your password
        change the date
        change the booking
        cancel the order
        cancel the contract
        transfer the money
        waive the fee
        stop the payment
        fix it
        fix this
        find out what happened
        make a note
        let you know
        follow up
        get back to you
        arrange a delivery
        arrange a collection
        offer you a discount
        give you a credit
        give you {amount} back
        upgrade your account
        restart the router
        test the line
        confirm it in writing
        raise it with {team}
        put it right
        sort it out
        write to you
        deliver it {when}
        pick it up
        pass it on
    """),
    "excuse": _phrases("""
        it is our policy
        it's our policy
        that is our policy
        that is company policy
        those are the rules
        it is not possible
        that is not possible
        that's not possible
        that is impossible
        the system does not allow it
        the computer says no
        I am not allowed to
        it is not my department
        it is against the rules
        it is out of my hands
        there is nothing I can do
        there's nothing I can do
        there is nothing we can do about it
        you have to wait
        you have to fill in the form
        you have to call back
        you need to be patient
        you should have read the terms
        it is in the terms and conditions
        the deadline has passed
        it is too late now
    """),
    "filler": _words("well um uh look listen honestly so okay sorry please now right"),
}


def _below_hundred(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return _TEENS[number - 10]
    tens, unit = divmod(number, 10)
    return _TENS[tens - 2] + (f" {_DIGITS[unit]}" if unit else "")


def _number(number: int) -> str:
    """A number below ten thousand in words: 1250 is "one thousand two hundred and fifty"."""
    thousands, rest = divmod(number, 1000)
    hundreds, below = divmod(rest, 100)
    parts = []
    if thousands:
        parts.append(f"{_DIGITS[thousands]} thousand")
    if hundreds:
        parts.append(f"{_DIGITS[hundreds]} hundred")
    if below or not parts:
        parts.append(("and " if parts else "") + _below_hundred(below))
    return " ".join(parts)


def _digits(rng: random.Random) -> str:
    """A long number as people read it out: in groups of two to four, now and then with "double" or "oh"."""
    groups = []
    for _ in range(rng.choice((1, 2, 2, 2, 3, 3, 4))):
        group: list[str] = []
        for _ in range(rng.choice((2, 3, 3, 3, 4))):
            roll = rng.random()
            digit = rng.choice(_DIGITS)
            group.append(f"double {digit}" if roll < 0.06 else "oh" if roll < 0.1 else digit)
        groups.append(" ".join(group))
    return (", " if rng.random() < 0.7 else " ").join(groups)


def _amount(rng: random.Random) -> str:
    unit = rng.choice(("pounds", "dollars", "euros"))
    kind = rng.random()
    if kind < 0.4:
        return f"{_number(rng.randrange(2, 100))} {unit}"
    if kind < 0.65:
        return f"{_number(rng.randrange(100, 2000, 10))} {unit}"
    if kind < 0.9:
        return f"{_number(rng.randrange(2, 100))} {unit} {_below_hundred(rng.randrange(5, 100, 5))}"
    return f"{_number(rng.randrange(5, 60, 5))} percent"


def _time(rng: random.Random) -> str:
    hour = rng.choice([*_DIGITS[1:], *_TEENS[:3]])
    forms = (f"{hour} o'clock", f"half past {hour}", f"a quarter to {hour}", f"a quarter past {hour}")
    return rng.choice((*forms, f"{hour} thirty", f"{hour} fifteen", f"{hour} in the morning"))


def _date(rng: random.Random) -> str:
    day = rng.randrange(31)
    ordinal = _ORDINALS[day] if day < 20 else f"{('twenty', 'thirty')[day >= 29]} {_ORDINALS[(day - 20) % 10]}"
    if day == 29:
        ordinal = "thirtieth"
    month = rng.choice(SLOTS["month"])
    return rng.choice((f"the {ordinal} of {month}", f"{month} the {ordinal}", f"the {ordinal}"))


_GENERATORS = {"digits": _digits, "amount": _amount, "time": _time, "date": _date}

AGENT = _phrases("""
    {greet}, and thank you for calling {firm}. How can I help you today?
    {greet}, thank you for calling {firm}.
    {greet}, {firm}, this is {name} speaking. How can I help?
    {greet}, my name is {name}. How may I help you?
    Welcome to {firm}. Who am I speaking with, please?
    I can look that up for you.
    Could you give me the {thing} number, please?
    Can I have your name and address, please?
    May I have your date of birth, please?
    Could you spell that for me, please?
    Could you repeat that, please?
    What is the best number to reach you on?
    What is your postcode?
    Thank you. One moment please, I am opening your {thing} now.
    Thank you, {title} {name}. Let me have a look.
    I have your {thing} here.
    I can see your {thing} on my screen.
    The note says that {subject} {did}.
    The system says that {subject} {did} {past}.
    The system says that your {thing} is {fault}.
    We can plan a new day for you.
    We can offer you a new one.
    The next free day for a delivery is on {day}, {part}.
    There is also a free day {when}.
    The next appointment is {when} at {time}.
    Would {day} at {time} suit you?
    Please bear with me for a moment.
    Please hold the line.
    Can I put you on hold for a moment?
    Can I put you on hold while I check with {team}?
    May I put you on a short hold?
    Thank you for holding.
    Thank you for waiting.
    Thank you for your patience.
    Thank you for telling me.
    Thank you for letting me know.
    Just a second, please.
    Let me check that for you.
    Let me check I have it. You ordered a {item} {past}, and it is {fault}.
    Let me check I have it right. Your {thing} is {fault}.
    Let me make sure I understand. You were told that {subject} {did}.
    Let me read that back to you. {digits}.
    So the number is {digits}, is that right?
    If I understand you right, {subject} {did} {past}.
    So what you are saying is that the {item} is {fault}.
    What happened then?
    What exactly went wrong?
    When did this happen?
    When did you first notice it?
    How long has this been going on?
    How long did it take to reach me today?
    How long have you been waiting?
    How many times have you called us about this?
    Who did you speak to {past}?
    What did they tell you?
    Which {item} is it?
    Which day is good for you?
    Is there anything else I should know?
    What would help you most right now?
    Could you tell me more about what happened?
    Did you get an email from us?
    Have you tried to turn it off and on again?
    I understand how {feeling} this must be.
    I understand how {feeling} this has been for you.
    I can hear how {felt} you are.
    I can hear that.
    I hear you.
    I see.
    I understand.
    I understand that you are {felt}.
    I understand that your {item} is {fault}, and that is {feeling}.
    I am sorry that your {item} is {fault}.
    I'm sorry the {item} came {fault}.
    I'm sorry about the delay.
    I'm so sorry about that.
    I am very sorry for the trouble.
    I am sorry for the mistake.
    I am sorry that we let you down.
    I am sorry that nobody called you back.
    I am sorry to hear that.
    I'm sorry you had to wait for {span}.
    I apologise for the delay.
    I apologise for the inconvenience.
    We apologise for the mistake.
    Please accept my apologies.
    That must have been {feeling}.
    That must have been very {feeling} for you and {kin}.
    That must be {feeling}.
    That sounds very {feeling}.
    That sounds really {feeling}, and I want to put it right.
    You waited {span} for us, and nobody came.
    You had to call {few} times.
    You have every right to be {felt}.
    You are right to be {felt} about this.
    You are right, that should not have happened.
    That should never have happened.
    It is our fault, and I will fix it.
    I would be {felt} too.
    In your place I would feel the same.
    I know how {feeling} it is to wait.
    Thank you for staying with me.
    Your call is important to us.
    You matter to us.
    We value you as a customer.
    We really want to keep you as a customer.
    I can't do that.
    I can't {action}.
    I cannot {action}.
    I'm afraid I can't {action}, {excuse}.
    I am afraid that {excuse}.
    Unfortunately {excuse}.
    Unfortunately we can't {action} {when}.
    I'm sorry, but {excuse}.
    No, {excuse}.
    No, you can't.
    No, that is not right.
    But {excuse}.
    But you did not tell us.
    But I can {action}.
    Actually, {excuse}.
    Actually, that is not what happened.
    Actually, your {thing} was {fault}.
    Well, actually, {subject} {did}.
    As I said, {excuse}.
    As I already told you, {excuse}.
    {excuse}.
    You have to {action}.
    You must {action} yourself.
    You should have called us {past}.
    Please calm down.
    Calm down, please.
    You need to calm down.
    Relax, it is only a {item}.
    There is no need to shout.
    What I can do {when} is {action}.
    What I can do is {action}.
    Here is what I can do.
    Here is what I can do now. I will {action} {when}.
    Here is what we will do next.
    Here is the next step.
    Yes, and here is the next step.
    Yes, and I can {action} {when}.
    Yes, and I will {action}.
    I will {action} {when}.
    I will {action} on {day}.
    I'll {action} {when}.
    I'll call you back on {day}.
    I will call you back on {day} at {time}.
    I'll send you an email {when}.
    I will send it with our own driver {when}.
    I will call you myself when he leaves.
    I will make sure that {subject} will {action}.
    I promise to {action} {when}.
    We will {action} {when}.
    We'll {action} within {few} working days.
    You will get an email {when}.
    You will receive your {item} {when}.
    You will hear from us {when}.
    Someone from {team} will {action} {when}.
    Let me {action}.
    I'm going to {action} now.
    I am looking for a day.
    I am looking at your {thing} now.
    I am checking the {thing} now.
    I am trying to help you here.
    I can {action} today or {action} tomorrow. Which suits you?
    Would you like me to {action} or {action}?
    Would you like {day} or {day}?
    Would you like a refund or a replacement?
    Would you prefer a refund or a new {item}?
    You can choose: I can {action}, or we {action}.
    We have two options. I can {action}, or I can {action}.
    Many customers felt the same way, and they found that it helped.
    Others felt the same, and they found that the new {item} works well.
    I'd like to bring in a colleague, if you agree.
    I would like to bring in my {person}.
    I can't do that one, but here is who can.
    Here is who can {action}.
    Let me transfer you to {team}.
    I will put you through to {team}.
    I am transferring you now.
    I will connect you with a {person}.
    My {person} will {action} {when}.
    I want to help you.
    I want to help. I need us to speak respectfully.
    I would like to help you, but please do not speak to me like that.
    If you keep shouting, I will have to end this call.
    I can only help when we speak calmly.
    Please let me finish.
    Are you still there?
    Can you hear me?
    Could you speak up, please? The line is very bad.
    Your {thing} number is {digits}.
    Your case number is {digits}. Please write it down.
    Your new balance is {amount}.
    The price is {amount} a month.
    It will cost {amount}.
    There is a fee of {amount}.
    The delivery is free of charge.
    The repair is free of charge.
    We will refund {amount} to your card {when}.
    You will see the money in your account within {few} days.
    Your {item} was sent {past}.
    Your {item} will be delivered {when} between {time} and {time}.
    Your {item} is covered by the warranty.
    The {item} is out of stock until {date}.
    The calendar shows me {few} days, {day} and {day}.
    {few} days are free this month.
    Our office is open from {time} until {time}.
    Please check your email.
    Please click on the link in the email.
    Please press the button for {few} seconds.
    Please turn it off, wait {few} seconds and turn it on again.
    Please unplug the {item} and plug it in again.
    Which light is on, the {colour} one or the {colour} one?
    Is the cable in the {colour} socket?
    Is there anything else I can help you with?
    Is there anything else I can do for you today?
    Does that work for you?
    Is that all right with you?
    Does that help?
    Is that okay for you?
    I am glad that I could help.
    I'm glad we could sort it out.
    It was a pleasure to help you.
    You're welcome.
    No problem at all.
    Thank you for calling, {title} {name}.
    Thank you for your call. Goodbye.
    Have a good day, and goodbye.
    Have a nice day.
    Have a lovely weekend.
    Take care. Goodbye.
    All the best to you and {kin}.
    As a small thank you, I will give you {amount} off the next bill.
    As a thank you for your patience, I have added {amount} to your account.
    For security, could you tell me the last four digits of your card?
    The last four digits are {digits}.
    Okay, one moment.
    Okay, I have found it.
    Right, let me see.
    I will be quick.
    We are nearly done.
    I just need one more minute.
    I need to ask you {few} short questions.
    I have made a note on your {thing}.
    I have sent you an email.
    I have cancelled the {thing} for you.
    I have changed the address to {few} {street}, {town}.
    I have booked the engineer for {when}.
    If you look at the {thing}, you can see that {subject} {did}.
    I can only plan a visit when you tell me which day is good for you.
    My colleague will take over from here.
    This call may be recorded for training.
""")

CALLER = _phrases("""
    {greet}. I ordered a {item} {past}, and it has not arrived.
    {greet}, my name is {name}, and I am calling about my {thing}.
    {greet}, this is {title} {name}.
    {greet}. My {item} is {fault}.
    {greet}, I have a problem with my {thing}.
    {greet}, can you hear me?
    I would like to know where it is.
    I would like to know where my {item} is.
    I want to know what happened to my {thing}.
    I want my money back.
    I want a refund.
    I want a refund {when}.
    I want a new {item} {when}.
    I want to cancel.
    I want to cancel my {thing}.
    I want to cancel everything.
    I am going to cancel my {thing} right now.
    I would like to cancel my {thing}, please.
    I would like to change my {thing}.
    I would like to return the {item}.
    I would like to make a complaint.
    I want to make a complaint.
    I want to speak to {boss}.
    I want to talk to {boss} now.
    Let me speak to {boss}.
    Get me {boss}.
    Put me through to {boss}.
    Give me {boss} right now.
    Can I speak to {boss}, please?
    Is there {boss} I can speak to?
    I demand to speak to {boss}.
    Yes, of course. The {thing} number is {digits}.
    The {thing} number is {digits}.
    My {thing} number is {digits}.
    My phone number is {digits}.
    My card number is {digits}.
    My postcode is {digits}.
    It is {digits}.
    {digits}.
    My name is {name} {name}.
    My date of birth is {date}.
    I live at {few} {street} in {town}.
    The address is {few} {street}, {town}.
    Thank you. It was promised for {when}.
    It was promised for last {day}, some time {part}.
    It was supposed to come {past}.
    It should have been here {past}.
    It came {past}, and it was {fault}.
    The {item} arrived {past}, and it is {fault}.
    The {item} does not work.
    The {item} stopped working {past}.
    The {item} makes a terrible noise.
    The {item} is {fault}.
    The box was {fault}.
    My {item} is {fault} again.
    My {item} broke {past}.
    My internet is {fault}.
    My bill is {fault}.
    My bill is {amount}, and it should be {amount}.
    You charged me {amount} twice.
    You took {amount} from my account {past}.
    Why did you charge me {amount}?
    Why is my {thing} {fault}?
    I paid {amount} for this {item}.
    I paid for this {item}, and I want it here.
    I have already paid.
    I never ordered that.
    I never signed anything.
    I have been waiting for {span}.
    I have been waiting for my {item} for {span}.
    I have been on hold for {span}.
    I have been in the queue for {span}.
    I waited {span} in your queue.
    I waited in the queue, and then I was cut off.
    I was transferred {few} times.
    I was put on hold {few} times.
    I have been transferred from one person to the next.
    They transferred me to {team}, and nobody answered.
    I have pressed every button in your menu.
    Your menu is {bad}.
    The menu sent me round in circles.
    I keep getting the same recorded message.
    It took me {span} to get through.
    I listened to that music for {span}.
    I took a day off work, and I waited for {span}.
    I was {place} all day on {day}, and nobody came.
    Nobody came to the door.
    Nobody ever called me back.
    Nobody ever tells me anything.
    Nobody told me the truth.
    Nobody cares.
    Nobody there cares.
    Nobody cares about the customer.
    You don't care.
    You do not care about me at all.
    You people are all the same.
    You people never listen.
    You people are {rude}.
    You people only want my money.
    None of you can help me.
    All you want is my money.
    All I hear is excuses.
    All I hear is days.
    I do not care what the system says.
    I don't care about your policy.
    I don't care about your rules.
    I do not care what {subject} {did}.
    That is not right.
    That is not true.
    That's not my problem.
    That is {bad}.
    That's {bad}.
    This is {bad}.
    This is absolutely {bad}.
    This is completely {bad}, and you know it.
    It's {bad}.
    Your service is {bad}.
    What kind of service is this?
    How {bad} is that?
    You are {rude}.
    You are not even listening to me.
    You are not listening.
    You're not helping me at all.
    You are an {insult}.
    You are a {insult}.
    You {insult}.
    You are completely {rude}.
    Are you {rude}?
    Are you stupid or what?
    Don't be stupid.
    Shut up.
    Shut up and listen to me.
    Go to hell.
    Damn it.
    What the hell is going on?
    This damn {item} is {fault}.
    Let me finish.
    Let me finish, please.
    Do not interrupt me.
    Stop interrupting me.
    Would you please let me speak?
    Don't tell me to calm down.
    Do not talk to me like that.
    Listen to me.
    Now you listen to me.
    Are you listening to me?
    There is no need to shout at me.
    I am not shouting.
    I am very {felt}.
    I am so {felt} right now.
    I'm really {felt} about this.
    I feel {felt}.
    I have been patient for {span}.
    How much longer do you want me to wait for it?
    How much longer will this take?
    How long is this going to take?
    How many times do I have to tell you?
    How many times do I have to call?
    How is that possible?
    How could this happen?
    Hurry up, please.
    I have no time for this.
    I need it now.
    I need it {when}.
    I need an answer {when}.
    I need you to {action}.
    Just {action}.
    Can you {action}?
    Can you please {action}?
    Could you {action}, please?
    Will you {action} or not?
    When will you {action}?
    Why can't you {action}?
    Why can't you just {action}?
    Why don't you {action}?
    So you will not {action}?
    I already told you that.
    I already told you that the {item} is {fault}.
    I told your colleague the same thing {past}.
    I have told you {few} times.
    I have said it before, and I will say it again. I want my {item}.
    As I said, I want my {item}.
    Again, I want {boss}.
    I am asking you again. Where is my {item}?
    Where is my {item}?
    Where is my money?
    This is the {ordinal} time I am calling.
    This is the third time I am calling about the same {item}.
    This is the third time I have called.
    It is the second time this month.
    Every time I call, somebody tells me a different story.
    Every time somebody tells me something else.
    I call you every week.
    I have called {few} times.
    You promised to {action}.
    You said you would {action} {when}.
    Your colleague promised to {action} {when}.
    They promised me that {subject} would {action}.
    I was told that {subject} would {action} {when}.
    Last time you said that {excuse}.
    {subject} {did}.
    {subject} {did} {past}.
    I think that {subject} {did}.
    I know that {subject} {did} {past}.
    First {subject} {did}, and then {subject} {did}.
    And then {subject} {did}.
    {day} is no good to me.
    {day} is good for me.
    I can't on {day}, I have to work.
    I am not at home on {day}.
    I have {few} small children.
    I have been washing everything by hand for {span}.
    I need the {item} for {kin}.
    {kin} is ill and needs it {when}.
    {kin} was {place} all day.
    I have to go to work.
    Do you know what this has been like for us?
    Does anybody there know what this has been like?
    That is what it has been like.
    It has been very {feeling} with {kin}.
    It is very {feeling} for {kin}.
    I am supposed to wait for another week.
    And now I am supposed to wait for another {span}?
    Three weeks without a {item}, and three calls for nothing.
    As if nothing had happened at all.
    I will never buy anything from you again.
    I have been a customer for {few} years.
    I have been a loyal customer for {few} years.
    I will tell everybody about this.
    I will write a bad review.
    I will call my lawyer.
    You will hear from my lawyer.
    I am going to take you to court.
    I will sue you.
    I will report you to the police.
    I will go to the newspaper.
    I will go to another company.
    I am leaving for another company.
    I will come to your office, and then you will see.
    I know where you work.
    You will be sorry.
    You will regret this.
    I swear I will smash the {item}.
    I will hurt somebody.
    I could kill somebody.
    I can't take it anymore.
    I can't go on like this.
    I do not know what to do anymore.
    I give up.
    There is nothing you can do, is there?
    Is there nothing you can do?
    You can't do anything, can you?
    So there is nothing you can do for me.
    What are you going to do about it?
    What can you do for me?
    What do you suggest?
    What shall I do now?
    What does that mean?
    I do not understand.
    I don't know.
    I am not sure.
    I'm not sure which one I want.
    Maybe, I don't know.
    Well, maybe the {colour} one, or perhaps the {colour} one.
    I can't decide.
    Let me think about it.
    Hmm, I am not sure about that.
    Um, let me see.
    Wait a moment, I have to find a pen.
    Hold on, please.
    Can you say that again, please?
    Sorry, I did not hear you.
    I can't hear you very well.
    The line is very bad.
    Hello? Are you still there?
    Why did it take so long?
    It is always the same with you.
    Nothing ever works.
    And every time it is the same.
    Your company let me down.
    Your driver was rude.
    Your driver left the {item} in the rain.
    Your website is {bad}.
    Your app does not work.
    I can't log in.
    My password does not work.
    My card was declined.
    The {colour} light is on.
    The screen is {colour}.
    It says error {digits}.
    Yes. That is right.
    {yes}.
    {yes}. That helps.
    {yes}, {day} is fine.
    No.
    No, thank you.
    No, that is not what I said.
    No, I want my {item}.
    Not really.
    I see.
    I hope so.
    I understand.
    Thank you.
    Thank you very much.
    Thanks a lot.
    Thank you so much for your help.
    Thank you for sorting it out.
    Thank you for listening.
    That would be good.
    That would be great.
    That helps.
    That is very kind of you.
    {when} would be good.
    {when} is fine.
    At last somebody listens.
    I am sorry that I shouted.
    I did not mean to shout at you, it is not your fault.
    And somebody will really call me before he comes?
    Are you sure?
    Can I rely on that?
    Can you confirm that in writing?
    What time will he come?
    Will you call me before {time}?
    I will wait for your call.
    I will be {place} {when}.
    Okay, I will wait until {day}.
    Okay, let us do that.
    I will take the first one.
    I would rather have the money.
    I prefer the second option.
    Have a nice day.
    Goodbye.
    Bye bye.
    Bye.
    See you {when}.
    You have been very helpful.
    The weather is {bad}, and the heater is {fault}.
    It is cold in the house without the {item}.
    There is water all over the kitchen floor.
    The food in the fridge has gone bad.
    It smells of smoke.
    I can't pay {amount}.
    I lost my job {past}, and I can't pay this {thing}.
    My flight is {when} at {time}.
    My hotel booking is {fault}.
    The train was {fault}.
    They sent me the {colour} one, and I ordered the {colour} one.
    They sent me two instead of one.
    One {item} is missing from the box.
    The parcel went to the wrong house.
    My neighbour has it.
    The tracking says that it was delivered {past}.
    The tracking number is {digits}.
    It says on your website that the delivery is free.
    It says here that you open at {time}.
""")

CUES = _phrases("""
    I understand how upsetting this must be.
    I understand how frustrating this must be for you.
    I can understand why you are {felt}.
    I can understand why you are upset about the {thing}.
    I hear you, and I am sorry about the {item}.
    You have been waiting for {span}.
    You had to call us {few} times.
    We let you down.
    I am sorry that you had to wait.
    I am so sorry that this happened.
    I am sorry for the trouble.
    My apologies for the {thing}.
    I apologize for the trouble.
    I do apologize, {title} {name}.
    I'm sorry the parcel came broken.
    Your driver never came.
    Your driver broke my {item}.
    It is your mistake.
    It was your mistake, and I pay for it.
    This is your fault.
    It came broken.
    The {item} came broken.
    The {item} arrived broken.
    The {item} arrived damaged.
    You sent me the wrong item.
    I got the wrong item.
    I was charged twice.
    You charged me twice for the same {item}.
    Nobody came.
    Nobody called.
    Nobody called me back.
    They never called me back.
    You lost my order.
    You promised that it would come {when}.
    I was waiting in the queue for {span}.
    I was on hold for {span}.
    I have been on hold again.
    I was passed around from one to the other.
    I get passed around all the time.
    I was transferred again.
    Press one, press two, press three, and then nothing.
    I pressed one, and nobody answers.
    Nobody answers your phone.
    I waited for an hour.
    I could not get through.
    I can't do that for you.
    I cannot do that.
    We can't do that.
    We cannot do that here.
    That is not possible today.
    That is impossible.
    It is our policy, I am afraid.
    The policy says no.
    It is not allowed.
    You have to call another number.
    You must wait until {day}.
    You need to calm down now.
    There is nothing I can do.
    There is nothing I can do about that.
    There is nothing we can do.
    Nothing we can do here, I am afraid.
    No, that is wrong.
    No, that is not true.
    That is not true.
    That is wrong.
    But that is not what I said.
    Actually, it was not our driver.
    Actually, no.
    Nobody cares about me.
    Nobody cares.
    You don't care, do you?
    You don't care about us.
    You people never call back.
    You people do not care.
    I don't matter to you.
    I am just a number to you.
    Nobody listens to me.
    Nobody listens.
    You idiot.
    You are an idiot.
    You are all idiots.
    You are stupid.
    How stupid are you?
    That is stupid.
    You are useless.
    You are completely useless.
    You people are useless.
    You moron.
    Shut up.
    You liar.
    You are a liar.
    You are incompetent.
    Your company is incompetent.
    You clown.
    I want your supervisor.
    Get me your supervisor.
    I want to speak to your supervisor.
    I want to speak to a manager now.
    Give me your boss.
    I want someone else.
    Put me through to someone else.
    Is there somebody else in charge?
    I will hurt myself.
    I could hurt myself.
    I want to kill myself.
    I will end my life.
    I will hurt you.
    I will come over there.
    I will find out where you live.
    I will find out where you work.
    I will burn the place down.
    I am putting you on hold now.
    Just a moment, please.
    One second, please.
    Please hold the line for a moment.
    Let me check that.
    Let me check I have it. You want the {item} {when}.
    Let me check I have that right.
    Let me repeat that.
    Let me repeat what you said.
    So you said that {subject} {did}.
    If I have it right, the {item} is {fault}.
    Did I get that right?
    What would help you most?
    What would help most right now?
    Would you like me to call you back?
    Which would you like?
    Which would you prefer, {day} or {day}?
    What can I do for you now?
    Can you tell me what happened?
    Could you tell me what happened then?
    Either {day} or {day}.
    I can do it either today or tomorrow.
    I can send it today or tomorrow.
    Or would you rather have the money?
    You have two options.
    There are two options.
    You can choose the day.
    I'll do that for you now.
    I'll call you tomorrow morning.
    I'll send you an email tomorrow.
    I will call you back on {day}.
    We can send it again.
    We will send you a new {item}.
    Here is what I will do first.
    Here's what I'll do first.
    The next step is to {action}.
    My colleague can do that for you.
    I will bring in a colleague.
    I could send you another {item} instead.
    You could have the {item} instead.
    There is somebody who can help.
    I know somebody who can do that.
    I know someone who can help you.
    What I can do is this.
    I want us to speak respectfully.
    Please speak respectfully to me.
    With respect, that is not fair.
    That is all.
    That's all for today.
    That's all, thank you.
    Is there anything else I can do?
    Have a good evening.
    Have a good weekend, bye.
    Thanks for your help.
    Thanks for calling.
    Thank you for your patience with this.
    I appreciate that.
    I appreciate your help.
    I appreciate your patience.
    I'm opening your account now.
    You matter to us, and I'll stay with this.
    So what matters most is that it works by {day}.
    Others felt so too, and found that it helped.
    I've done what I can today. Here is how to go on.
    You waited all day, and nobody came.
    The caller said a few words, then there was a pause.
    I have talked to you before.
    I have spoken to {boss} before.
    You refused to help me {few} times.
    I am a little calmer now.
    Could you speak a little louder?
    You talked faster than the last caller.
    One more sentence, please.
""")
"""Sentences around the words that the shipped cues look for (voiceassist/cues/packs/en.toml)."""

SLOTS["ordinal"] = ("first", "second", "third", "fourth", "fifth", "sixth", "tenth")

COMMON = _words("""
    a about above across after again against all almost along already also although always among an and another any
    anyone anything anyway are area around as ask at away back bad be because become been before begin behind being
    believe below best better between big bit both bottom box bring building business busy but buy by call came can
    car care carry case cause centre certain change cheap check child choose city clean clear close cold come common
    cost could country couple cover cut dark deal dear decide deep did different difficult dinner do doing done door
    double down drive drop dry during each early easy eat either else end enough even evening event ever every
    everyone everything example except expect explain extra eye face fact fall far fast feel fell felt few fill final
    find finish fire fit five fix floor follow food foot for form four free friend from front full fun game gave get
    girl give glad glass go goes going gone good got great ground group grow guess had half hand happen happy hard has
    hate have he head health hear heard heart heavy held help her here hers herself high him himself his hit hold home
    hope hot hour house how however huge hundred idea if important in include inside instead into is issue it its
    itself job join just keep kept key kind kitchen knew know known large last late later laugh law lead learn least
    leave left leg less let letter level life light like likely line list listen little live load local long look lose
    lost lot loud love low luck lunch made mail main make man many mark matter may maybe me mean meet meeting men
    middle might mile milk mind mine minute miss modern moment money more most move much music must my myself near
    nearly necessary need never new news next nice no noise none nor normal not note nothing notice now number of off
    offer office often oh old on once one only onto open or other our ours out outside over own page paid paper part
    pass pay pen people perhaps person phone pick picture piece place plan play please point poor possible post power
    present press pretty price private problem promise proper pull push put question quick quiet quite rain ran rather
    reach read ready real really reason red remember rest result right road room round rule run safe said same save
    saw say school second see seem seen sell send sent serious set several shall share she shop short should show shut
    sick side sign simple since sit size skip sleep slow small so some somebody someone something sometimes soon sorry
    sort sound south space speak special speed spend spoke stand start state stay step still stop store story straight
    strange street strong such sudden summer sun sure system take talk tell than that the their them themselves then
    there these they thing think this those though thought through till time to today together told tomorrow too took
    top total touch town trip trouble true trust truth try turn under unless until up upon us use used usual value very
    view visit voice wait walk wall want warm was wash watch water way we wear week well went were west what when where
    whether which while who whole whose why will window wish with within without woman word work world worry worse worst
    would write wrong year yes yet you young your yours yourself
    can't don't didn't doesn't won't isn't wasn't aren't couldn't wouldn't shouldn't haven't hasn't I'm I'll I've I'd
    you're you've you'll it's that's there's we're we've we'll they're what's let's he's she's
    sincerely responsible decision situation experience information department customer quality respect respectful agree
    alternative option solution urgent emergency immediately definitely probably usually finally recently exactly
    especially honest honestly promise guarantee available unable annoying threaten harm abuse language polite
    conversation recording privacy details process receipt discount voucher signature identity security
""")
"""Everyday words that are also trained outside any sentence, so that the model must listen and not only expect."""


def fill(template: str, rng: random.Random) -> str:
    """Fill every slot, fillings of fillings too."""

    def one(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in _GENERATORS:
            return _GENERATORS[name](rng)
        return fill(rng.choice(SLOTS[name]), rng)

    return re.sub(r"\{(\w+)\}", one, template)


def sentence_case(text: str) -> str:
    """Capital at the start of every sentence, and single spaces."""
    text = " ".join(text.split())
    text = re.sub(r"\ba (?=[aeio])", "an ", text)
    text = re.sub(r"\ban (?=[^aeiouh\W])", "a ", text)
    return re.sub(r"(^|[.?!] )([a-z])", lambda match: match.group(1) + match.group(2).upper(), text)


def split_sentences(text: str) -> list[str]:
    """The sentences of a line, each with its own full stop or question mark."""
    return [part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part]


@functools.cache
def demo_lines() -> tuple[str, ...]:
    """Every line of both demo calls, in order."""
    scripts = (tomllib.loads(script.read_text(encoding="utf-8")) for script in (SCRIPT, LONG_SCRIPT))
    return tuple(line["text"] for script in scripts for line in script["line"])


@functools.cache
def _demo_sentences() -> tuple[str, ...]:
    return tuple(sentence for line in demo_lines() for sentence in split_sentences(line))


@functools.cache
def demo_texts() -> frozenset[str]:
    """Every line of the demo calls and every sentence of them."""
    return frozenset(demo_lines()) | frozenset(_demo_sentences())


def sentence(rng: random.Random) -> str:
    """One sentence, or two that belong together, of an agent or a caller."""
    return sentence_case(fill(rng.choice(AGENT if rng.random() < 0.48 else CALLER), rng))


def _hesitant(text: str, rng: random.Random) -> str:
    """The sentence after a word of hesitation: "Um, I am not sure." """
    filler = rng.choice(SLOTS["filler"]).capitalize()
    first, _, rest = text.partition(" ")
    if first not in ("I", "I'm", "I'll", "I'd", "I've") and first[1:].islower():
        first = first.lower()
    return f"{filler}, {first} {rest}".strip()


def _salad(rng: random.Random) -> str:
    """Words in no order at all."""
    return " ".join(rng.choice(all_words()) for _ in range(rng.randint(2, 7)))


def _demo_text(rng: random.Random) -> str:
    """Something of the demo call: a line, a sentence of it, or sentences of two lines joined."""
    roll = rng.random()
    if roll < 0.45:
        return rng.choice(demo_lines())
    if roll < 0.75:
        return rng.choice(_demo_sentences())
    return f"{rng.choice(_demo_sentences())} {rng.choice(_demo_sentences())}"


def utterance(rng: random.Random, *, demo_share: float = 0.1, salad_share: float = 0.08, cue_share: float = 0.0) -> str:
    """What one utterance says: mostly one to three sentences; at times the demo call's words, or single words.

    `cue_share` of the utterances have their first sentence from CUES.
    """
    if cue_share and rng.random() < cue_share:
        parts = [sentence_case(fill(rng.choice(CUES), rng))]
        while rng.random() < 0.35 and len(parts) < 3:
            parts.append(sentence_case(fill(rng.choice(CUES), rng)) if rng.random() < 0.5 else sentence(rng))
        if rng.random() < 0.3:
            rng.shuffle(parts)
        return " ".join(parts)
    roll = rng.random()
    if roll < demo_share:
        return _demo_text(rng)
    if roll < demo_share + salad_share:
        return _salad(rng)
    count = rng.choices((1, 2, 3), weights=(0.66, 0.26, 0.08))[0]
    parts = [sentence(rng) for _ in range(count)]
    if rng.random() < 0.06:
        parts[0] = _hesitant(parts[0], rng)
    return " ".join(parts)


def normalise(text: str) -> list[str]:
    """Words in lower case without punctuation; what error rates are counted on."""
    return re.sub(r"[^a-z' ]+", " ", text.lower().replace("\u2019", "'").replace("-", " ")).split()


@functools.cache
def all_words() -> tuple[str, ...]:
    """Every distinct word the grammar can say, as spelled inside a sentence, sorted."""
    texts: list[str] = [*AGENT, *CALLER, *CUES, *COMMON, *_DIGITS, *_TEENS, *_TENS, *_ORDINALS]
    texts += [filling for fillings in SLOTS.values() for filling in fillings]
    texts.append("double oh pounds dollars euros percent o'clock half past quarter hundred thousand")
    words: dict[str, str] = {}
    named = ("day", "month", "name", "town", "street", "firm", "title")
    proper = {word for slot in named for filling in SLOTS[slot] for word in filling.split()}
    for text in [*texts, *demo_lines()]:
        for word in re.sub(r"\{\w+\}", " ", text).split():
            word = word.strip(".,?!:;")
            if word and word not in proper and word not in ("I", "I'm", "I'll", "I'd", "I've"):
                word = word.lower()
            if word:
                words.setdefault(word.lower(), word)
    return tuple(words[key] for key in sorted(words))
