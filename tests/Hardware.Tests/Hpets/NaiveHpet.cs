// An HPET that does every tick: it counts, compares, and writes down what it did to lines and bus. It knows of no events and
// computes nothing ahead.

using Managarm.Perf.Hardware.Hpets;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Reference for the HPET.</summary>
internal sealed class NaiveHpet(HpetOptions options)
{
    private readonly uint[] configurations = new uint[3];
    private readonly ulong[] comparators = [.. Enumerable.Range(0, 3).Select(timer => MaskFor(options, timer, 0))];
    private readonly ulong[] periods = new ulong[3];
    private readonly ulong[] messages = new ulong[3];
    private readonly bool[] setsValue = new bool[3];
    private uint general;
    private uint status;
    private uint held;
    private ulong counter;
    private ulong ticks;

    internal List<(ulong Nanoseconds, string Text)> Events { get; } = [];

    internal ulong Ticks => ticks;

    /// <summary>Time of what happens now; set by the driver for its accesses.</summary>
    internal ulong NowNanoseconds { get; set; }

    /// <summary>Distance of a comparator that waits, for programs that want to come close to it.</summary>
    internal ulong Distance(int timer) => (comparators[timer] - counter) & Mask(timer);

    internal void Tick()
    {
        ticks++;
        NowNanoseconds = (ulong)((((UInt128)ticks * options.PeriodFemtoseconds) + 999_999) / 1_000_000);
        if ((general & 1) == 0)
        {
            return;
        }

        counter++;
        bool matches = false;
        for (int timer = 0; timer < 3; timer++)
        {
            if ((counter & Mask(timer)) == comparators[timer])
            {
                Match(timer);
                matches = true;
            }
        }

        if (matches)
        {
            HoldLines();
        }
    }

    internal ulong Read(uint register)
    {
        int timer = (int)(register - 0x100) / 0x20;
        return register switch
        {
            0x000 => ((ulong)options.PeriodFemtoseconds << 32) | 0x8086_2201 | (options.HasLegacyReplacement ? 0x8000u : 0),
            0x010 => general,
            0x020 => status,
            0x0f0 => counter,
            < 0x100 or >= 0x160 => 0,
            _ => (register & 0x1f) switch
            {
                0x00 => ((ulong)options.RouteCapability << 32) | configurations[timer] | Fixed(timer),
                0x08 => comparators[timer],
                0x10 => messages[timer],
                _ => 0,
            },
        };
    }

    internal void Write(uint register, ulong value, ulong mask)
    {
        int timer = (int)(register - 0x100) / 0x20;
        ulong merged = (Read(register) & ~mask) | (value & mask);
        switch (register)
        {
            case 0x010:
                general = (uint)merged & (options.HasLegacyReplacement ? 3u : 1u);
                break;
            case 0x020:
                status &= (uint)~(value & mask);
                break;
            case 0x0f0 when (general & 1) == 0:
                counter = merged;
                break;
            case >= 0x100 and < 0x160:
                WriteTimer(timer, register & 0x1f, merged, value, mask);
                break;
        }

        HoldLines();
    }

    private static ulong MaskFor(HpetOptions options, int timer, uint configuration) =>
        ((options.WideTimers >> timer) & 1) == 0 || (configuration & 0x100) != 0 ? uint.MaxValue : ulong.MaxValue;

    private void WriteTimer(int timer, uint part, ulong merged, ulong value, ulong mask)
    {
        if (part == 0x00)
        {
            bool isPeriodicCapable = ((options.PeriodicTimers >> timer) & 1) != 0;
            bool isWide = ((options.WideTimers >> timer) & 1) != 0;
            uint writable = 6u | (isPeriodicCapable ? 8u : 0) | (isWide ? 0x100u : 0) | (options.HasMessages ? 0x4000u : 0);
            writable |= ((options.RouteCapability >> (int)((merged >> 9) & 0x1f)) & 1) != 0 ? 0x3e00u : 0;
            configurations[timer] = (configurations[timer] & ~writable) | ((uint)merged & writable);
            setsValue[timer] |= (value & mask & 0x40) != 0 && (configurations[timer] & 8) != 0;
            comparators[timer] &= Mask(timer);
        }
        else if (part == 0x08)
        {
            bool isPeriodic = (configurations[timer] & 8) != 0;
            comparators[timer] = setsValue[timer] || !isPeriodic ? merged & Mask(timer) : comparators[timer];
            periods[timer] = (periods[timer] & ~mask) | (value & mask);
            setsValue[timer] = false;
        }
        else if (part == 0x10 && options.HasMessages)
        {
            messages[timer] = merged;
        }
    }

    private void Match(int timer)
    {
        uint configuration = configurations[timer];
        comparators[timer] += (configuration & 8) != 0 ? periods[timer] : 0;
        comparators[timer] &= Mask(timer);
        status |= (configuration & 2) != 0 ? 1u << timer : 0;
        if ((configuration & 4) == 0)
        {
            return;
        }

        if ((configuration & 0x4000) != 0)
        {
            Send(messages[timer]);
        }
        else if ((configuration & 2) == 0 && Line(timer) >= 0 && ((held >> Line(timer)) & 1) == 0)
        {
            Note($"+{Line(timer)}");
            Note($"-{Line(timer)}");
        }
    }

    private void Send(ulong message)
    {
        ulong address = message >> 32;
        if (address >> 20 != 0xfee)
        {
            return;
        }

        int mode = (int)(message >> 8) & 7;
        string name = (address & 8) != 0 && mode == 0
            ? "LowestPriority"
            : new[] { "Fixed", "LowestPriority", "Smi", "Reserved", "Nmi", "Init", "StartUp", "External" }[mode];
        string way = (address & 4) != 0 ? "logical" : "physical";
        string level = (message & 0x8000) == 0 ? "edge" : (message & 0x4000) != 0 ? "level" : "deassert";
        Note($" {message & 0xff:x2} {name} {way} {(address >> 12) & 0xff:x2} {level}");
    }

    private int Line(int timer)
    {
        int route = (int)(configurations[timer] >> 9) & 0x1f;
        return (general & 2) != 0 && timer < 2 ? 2 + (6 * timer)
            : ((options.RouteCapability >> route) & 1) != 0 ? route : -1;
    }

    private void HoldLines()
    {
        for (int line = 0; line < 32; line++)
        {
            bool isHeld = Enumerable.Range(0, 3).Any(timer =>
                (general & 1) != 0 && ((status >> timer) & 1) != 0 && (configurations[timer] & 0x4006) == 6
                && Line(timer) == line);
            if (isHeld != (((held >> line) & 1) != 0))
            {
                held ^= 1u << line;
                Note($"{(isHeld ? '+' : '-')}{line}");
            }
        }
    }

    private uint Fixed(int timer) => ((((options.PeriodicTimers >> timer) & 1) != 0) ? 0x10u : 0)
        | ((((options.WideTimers >> timer) & 1) != 0) ? 0x20u : 0) | (options.HasMessages ? 0x8000u : 0);

    private ulong Mask(int timer) => MaskFor(options, timer, configurations[timer]);

    private void Note(string text) => Events.Add((NowNanoseconds, text));
}
