// A serial port of lists and plain conditions, against which the one with rings and pending bits is held. It asks after each step
// whether the time-out has come, and knows of no events.

namespace Managarm.Perf.Hardware.Tests.Uarts;

/// <summary>Reference for the registers, the wire and the line.</summary>
internal sealed class NaiveUart
{
    private readonly List<(int Value, int Errors)> received = [];
    private readonly Queue<int> sending = new();
    private int enable;
    private int fifo;
    private int format = 3;
    private int modemControl;
    private int divisor = 12;
    private int errors;
    private int pins;
    private int levels;
    private int changes;
    private int last;
    private int scratch;
    private bool asksForMore;
    private bool hasTimedOut;
    private decimal moved;

    internal decimal Now { get; set; }

    internal bool IsHigh => Cause() != 1;

    private bool IsFifo => (fifo & 1) != 0;

    private bool IsLoop => (modemControl & 0x10) != 0;

    private bool ShowsDivisor => (format & 0x80) != 0;

    private int Mask => 0xff >> (3 - (format & 3));

    /// <summary>When the line will rise by itself; negative for never.</summary>
    internal decimal Due => (enable & 1) != 0 && !hasTimedOut && CanTimeOut ? moved + WaitNanoseconds : -1;

    private bool CanTimeOut => IsFifo && received.Count > 0 && divisor > 0;

    private decimal WaitNanoseconds
    {
        get
        {
            decimal stop = (format & 4) == 0 ? 1 : (format & 3) == 0 ? 1.5m : 2;
            decimal bits = 1 + 5 + (format & 3) + ((format & 8) == 0 ? 0 : 1) + stop;
            return Math.Ceiling(4 * bits * divisor * 1_000_000_000m / 115_200m);
        }
    }

    internal void Look() => hasTimedOut |= CanTimeOut && Now - moved >= WaitNanoseconds;

    internal int Read(int register) => register switch
    {
        0 => ShowsDivisor ? divisor & 0xff : ReadData(),
        1 => ShowsDivisor ? divisor >> 8 : enable,
        2 => ReadCause(),
        3 => format,
        4 => modemControl,
        5 => ReadLine(),
        6 => ReadModem(),
        _ => scratch,
    };

    internal void Write(int register, int value)
    {
        switch (register)
        {
            case 0 when ShowsDivisor:
                divisor = (divisor & 0xff00) | value;
                break;
            case 0:
                Send(value);
                break;
            case 1 when ShowsDivisor:
                divisor = (divisor & 0xff) | (value << 8);
                break;
            case 1:
                asksForMore |= (enable & 2) == 0 && (value & 2) != 0 && sending.Count < 2;
                enable = value & 0xf;
                break;
            case 2:
                WriteFifo(value);
                break;
            case 3:
                format = value;
                break;
            case 4:
                modemControl = value & 0x1f;
                Drive(pins);
                break;
            case 7:
                scratch = value;
                break;
        }

        while (IsLoop && sending.Count > 0)
        {
            Receive(Take(), 0);
        }
    }

    internal void Hear(int value, int flags)
    {
        if (!IsLoop)
        {
            Receive((flags & 0x10) != 0 ? 0 : value, flags);
        }
    }

    internal int Take()
    {
        if (!sending.TryDequeue(out int value))
        {
            return -1;
        }

        asksForMore |= sending.Count == 1;
        return value & Mask;
    }

    internal void Drive(int inputs)
    {
        pins = inputs;
        int control = modemControl;
        int looped = ((control & 1) << 5) | ((control & 2) << 3) | ((control & 4) << 4) | ((control & 8) << 4);
        int seen = IsLoop ? looped : pins;
        changes |= ((seen ^ levels) >> 4) & 0xb;
        changes |= (levels & ~seen & 0x40) >> 4;
        levels = seen;
    }

    private int Cause()
    {
        int trigger = IsFifo ? ((fifo >> 6) switch { 0 => 1, 1 => 4, 2 => 8, _ => 14 }) : 1;
        return (enable & 4) != 0 && errors != 0 ? 6
            : (enable & 1) != 0 && hasTimedOut ? 12
            : (enable & 1) != 0 && received.Count >= trigger ? 4
            : (enable & 2) != 0 && asksForMore ? 2
            : (enable & 8) != 0 && changes != 0 ? 0 : 1;
    }

    private int ReadCause()
    {
        int cause = Cause();
        asksForMore &= cause != 2;
        return cause | (IsFifo ? 0xc0 : 0);
    }

    private int ReadData()
    {
        if (received.Count == 0)
        {
            return last;
        }

        last = received[0].Value;
        received.RemoveAt(0);
        hasTimedOut = false;
        moved = Now;
        ShowFirst();
        return last;
    }

    private int ReadLine()
    {
        bool isBad = IsFifo && ((errors & 0x1c) != 0 || received.Any(character => character.Errors != 0));
        int status = errors | (received.Count > 0 ? 1 : 0) | (isBad ? 0x80 : 0);
        status |= sending.Count == 0 ? 0x60 : sending.Count == 1 ? 0x20 : 0;
        errors = 0;
        return status;
    }

    private int ReadModem()
    {
        int status = levels | changes;
        changes = 0;
        return status;
    }

    // The first of the queue is the character on the wire.
    private void Send(int value)
    {
        asksForMore = sending.Count == 0;
        int[] kept = [.. sending];
        if (!IsFifo && kept.Length == 2)
        {
            sending.Clear();
            sending.Enqueue(kept[0]);
        }

        if (sending.Count < 17)
        {
            sending.Enqueue(value);
        }
    }

    private void WriteFifo(int value)
    {
        bool isSwitched = ((value ^ fifo) & 1) != 0;
        fifo = (value & 1) != 0 ? value : 0;
        if (isSwitched || (value & 3) == 3)
        {
            received.Clear();
            hasTimedOut = false;
        }

        if ((isSwitched || (value & 5) == 5) && sending.Count > 1)
        {
            int first = sending.Peek();
            sending.Clear();
            sending.Enqueue(first);
            asksForMore = true;
        }
    }

    private void Receive(int value, int flags)
    {
        bool isFull = received.Count == (IsFifo ? 16 : 1);
        errors |= isFull ? 2 : 0;
        if (isFull && IsFifo)
        {
            return;
        }

        if (isFull)
        {
            received.Clear();
        }

        moved = Now;
        received.Add((value & Mask, flags));
        if (received.Count == 1)
        {
            ShowFirst();
        }
    }

    private void ShowFirst()
    {
        if (received.Count > 0)
        {
            errors |= received[0].Errors;
            received[0] = (received[0].Value, 0);
        }
    }
}
