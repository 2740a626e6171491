// A counter of the 8254 that does one clock pulse at a time, written down from the data sheet's mode definitions without regard
// to speed: counts are kept as they are written, decimal ones in decimal digits, and every pulse takes one from the last digit.
// The computed counter is held against it.

namespace Managarm.Perf.Hardware.Tests.Pits;

/// <summary>Reference for one counter.</summary>
internal sealed class NaivePitChannel(bool gate)
{
    private readonly Queue<byte> latchedBytes = new();
    private int control = 0x30;
    private ushort register;
    private ushort element;
    private int? firstWritten;
    private bool readsHigh;
    private byte? latchedStatus;
    private bool isProgrammed;
    private bool isRunning;
    private bool willLoad;
    private bool isNull = true;
    private bool hasEnded;
    private bool strobes;
    private bool gateIsHigh = gate;
    private bool oddCount;

    internal bool Output { get; private set; }

    internal bool IsDecimal => (control & 1) != 0;

    internal int Access => (control >> 4) & 3;

    internal int Mode => ((control >> 1) & 7) switch { 6 => 2, 7 => 3, int mode => mode };

    private bool GateStops => Mode is 0 or 2 or 3 or 4;

    internal void Control(byte value)
    {
        control = value & 0x3f;
        Output = Mode != 0;
        element = 0;
        latchedBytes.Clear();
        latchedStatus = null;
        firstWritten = null;
        readsHigh = false;
        isProgrammed = isRunning = willLoad = strobes = false;
        isNull = true;
    }

    internal void Write(byte value)
    {
        if (Access == 3 && firstWritten is null)
        {
            firstWritten = value;
            Output &= Mode != 0;
            return;
        }

        register = Access switch
        {
            1 => value,
            2 => (ushort)(value << 8),
            _ => (ushort)((value << 8) | firstWritten!.Value),
        };
        firstWritten = null;
        isProgrammed = true;
        isNull = true;
        Output &= Mode != 0;
        willLoad |= Mode is 0 or 4 || (Mode is 2 or 3 && !isRunning);
    }

    internal byte Read()
    {
        if (latchedStatus is byte status)
        {
            latchedStatus = null;
            return status;
        }

        if (latchedBytes.Count > 0)
        {
            readsHigh = latchedBytes.Count == 2;
            return latchedBytes.Dequeue();
        }

        bool isHigh = Access == 2 || (Access == 3 && readsHigh);
        readsHigh = Access == 3 && !readsHigh;
        return (byte)(isHigh ? element >> 8 : element);
    }

    internal void LatchCount()
    {
        if (latchedBytes.Count > 0)
        {
            return;
        }

        if (Access == 1 || (Access == 3 && !readsHigh))
        {
            latchedBytes.Enqueue((byte)element);
        }

        if (Access != 1)
        {
            latchedBytes.Enqueue((byte)(element >> 8));
        }
    }

    internal void LatchStatus() =>
        latchedStatus ??= (byte)((Output ? 0x80 : 0) | (isNull ? 0x40 : 0) | control);

    internal void Gate(bool isHigh)
    {
        bool rises = isHigh && !gateIsHigh;
        gateIsHigh = isHigh;
        if (Mode is 2 or 3 && !isHigh)
        {
            Output = true;
        }

        willLoad |= rises && isProgrammed && !(Mode is 0 or 4);
    }

    internal void Clock()
    {
        if (strobes)
        {
            strobes = false;
            Output = true;
        }

        if (willLoad)
        {
            willLoad = false;
            isRunning = true;
            hasEnded = false;
            Output &= Mode != 1;
            Load();
            return;
        }

        bool isHeld = GateStops && !gateIsHigh;
        if (!isRunning || isHeld || (Mode == 0 && firstWritten is not null))
        {
            return;
        }

        switch (Mode)
        {
            case 2:
                ClockRate();
                break;
            case 3:
                ClockSquare();
                break;
            default:
                ClockOnce();
                break;
        }
    }

    private void ClockOnce()
    {
        Decrement();
        if (hasEnded || element != 0)
        {
            return;
        }

        hasEnded = true;
        strobes = Mode is 4 or 5;
        Output = !strobes;
    }

    private void ClockRate()
    {
        if (element == 1)
        {
            Output = true;
            Load();
            return;
        }

        Decrement();
        if (element == 1)
        {
            Output = false;
        }
    }

    private void ClockSquare()
    {
        ushort last = (ushort)(oddCount && Output ? 0 : 2);
        if (element == last)
        {
            Output = !Output;
            Load();
            return;
        }

        Decrement();
        Decrement();
    }

    // A count of one is not allowed in modes 2 and 3; the model takes it as two.
    private void Load()
    {
        isNull = false;
        element = register == 1 && (Mode is 2 or 3) ? (ushort)2 : register;
        oddCount = Mode == 3 && (element & 1) != 0;
        if (oddCount)
        {
            Decrement();
        }
    }

    private void Decrement()
    {
        if (!IsDecimal)
        {
            element--;
            return;
        }

        for (int shift = 0; shift < 16; shift += 4)
        {
            if (((element >> shift) & 0xf) != 0)
            {
                element -= (ushort)(1 << shift);
                return;
            }

            element += (ushort)(9 << shift);
        }
    }
}
