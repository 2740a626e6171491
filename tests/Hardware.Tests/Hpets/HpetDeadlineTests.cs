// What a driver does about comparators that compare for equality: it writes the deadline, reads the counter again, and takes a
// later deadline when the counter is already there. Time that passes between any two accesses must not make it lose an interrupt.

using Managarm.Perf.Hardware.Tests.Recorders;
using static Managarm.Perf.Hardware.Tests.Hpets.HpetMachine;

namespace Managarm.Perf.Hardware.Tests.Hpets;

/// <summary>Every deadline of the loop is noticed.</summary>
public sealed class HpetDeadlineTests
{
    private const int Programs = 500;

    [Theory]
    [InlineData(0u)]
    [InlineData(Narrow)]
    public void Every_deadline_is_noticed(uint mode) =>
        RandomPrograms.Check(Programs, program => Run(program, mode, rereads: true));

    [Theory]
    [InlineData(0u)]
    [InlineData(Narrow)]
    public void Deadlines_written_blindly_are_lost(uint mode) =>
        Assert.ThrowsAny<Exception>(() => RandomPrograms.Check(Programs, program => Run(program, mode, rereads: false)));

    private static void Run(int[] program, uint mode, bool rereads)
    {
        using var machine = new HpetMachine();
        machine[CounterOffset] = uint.MaxValue - 500ul;
        machine.Set(0, On | Line20 | mode, 0);
        machine.Start();
        foreach (int step in program)
        {
            ulong deadline = Program(machine, mode, step, rereads);
            ulong waits = (deadline - machine.Counter) & (mode == Narrow ? uint.MaxValue : ulong.MaxValue);
            Assert.True(waits < 1 << 16 || !rereads);
            machine.Advance(Math.Min(waits, 1 << 16));
            Assert.Equal(2, machine.Events.Events.Count);
        }
    }

    // The numbers of the program are the times that the driver loses between its accesses.
    private static ulong Program(HpetMachine machine, uint mode, int step, bool rereads)
    {
        ulong delta = 1 + ((ulong)step & 0x1f);
        while (true)
        {
            ulong deadline = machine.Counter + delta;
            machine.Advance((ulong)(step >> 5) & 0x1f);
            machine.Events.Clear();
            machine[Comparator(0)] = deadline;
            machine.Advance((ulong)(step >> 10) & 0x1f);
            if (!rereads || IsAhead(deadline, machine.Counter, mode))
            {
                return deadline;
            }

            delta *= 2;
        }
    }

    private static bool IsAhead(ulong deadline, ulong counter, uint mode) =>
        mode == Narrow ? (int)((uint)deadline - (uint)counter) > 0 : (long)(deadline - counter) > 0;
}
