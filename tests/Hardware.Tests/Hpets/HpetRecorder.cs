// What an HPET did to its lines and to the bus, in order, with the time of each. Only changes of a line's level count, as a
// controller would see them.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Records lines and messages with their time.</summary>
internal sealed class HpetRecorder : IInterruptLines, IInterruptBus
{
    private const int MaxEvents = 20_000;

    private readonly List<(ulong Nanoseconds, string Text)> events = [];
    private uint levels;

    /// <summary>Set once the machine has it.</summary>
    internal MachineClock? Clock { get; set; }

    internal IReadOnlyList<(ulong Nanoseconds, string Text)> Events => events;

    /// <summary>All that happened, with times in ticks of 10 ns.</summary>
    internal string Text => string.Join(", ", events.Select(item => $"{item.Nanoseconds / 10}{item.Text}"));

    public void Drive(int line, bool isHigh)
    {
        uint bit = 1u << line;
        if (((levels & bit) != 0) != isHigh)
        {
            levels ^= bit;
            Note(isHigh ? $"+{line}" : $"-{line}");
        }
    }

    public bool Send(in InterruptMessage message)
    {
        string way = message.IsLogical ? "logical" : "physical";
        string level = !message.IsLevel ? "edge" : message.IsAsserted ? "level" : "deassert";
        Note($" {message.Vector:x2} {message.Mode} {way} {message.Destination:x2} {level}");
        return true;
    }

    public void BroadcastEndOfInterrupt(byte vector) => Assert.Fail("an HPET ends no interrupts");

    internal bool IsAnyHigh => levels != 0;

    internal bool IsHigh(int line) => ((levels >> line) & 1) != 0;

    internal void Clear() => events.Clear();

    // A fault may make a comparator fire at every tick of a long time.
    private void Note(string text)
    {
        Assert.True(events.Count < MaxEvents, "the HPET does too much");
        events.Add((Clock!.NowNanoseconds, text));
    }
}
