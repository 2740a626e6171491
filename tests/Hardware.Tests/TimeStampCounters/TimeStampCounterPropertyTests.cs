// Properties of the time-stamp counter over random writes and waits: the adjustment is always what separates the counter from
// an untouched one, and the time of a count is exact for every guest.

using FsCheck;
using FsCheck.Fluent;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Hardware.Buses;
using Managarm.Perf.Hardware.TimeStampCounters;

namespace Managarm.Perf.Hardware.Tests.TimeStampCounters;

/// <summary>Counter and adjustment tell the same story.</summary>
public sealed class TimeStampCounterPropertyTests
{
    [Fact]
    public void The_adjustment_is_the_distance_to_an_untouched_counter() => ForAll<ulong[]>(500, values =>
    {
        using var arena = new Arena(0);
        var clock = new MachineClock(arena);
        var options = new TimeStampCounterOptions { Multiplier = 5UL << 46, OffsetTicks = 99 };
        var counter = new TimeStampCounter(arena, clock, options);
        var untouched = new TimeStampCounter(arena, clock, options);
        foreach (ulong value in values)
        {
            switch (value % 3)
            {
                case 0:
                    clock.AdvanceBy(value % 1_000_000_007);
                    break;
                case 1:
                    counter.TryWriteMsr(TimeStampCounter.CounterMsr, value);
                    break;
                default:
                    counter.TryWriteMsr(TimeStampCounter.AdjustMsr, value);
                    break;
            }

            bool isKept = value % 3 == 0 || (value % 3 == 1 ? counter.Value : Adjust(counter)) == value;
            if (!isKept || unchecked(counter.Value - untouched.Value) != Adjust(counter))
            {
                return false;
            }
        }

        return true;
    });

    [Fact]
    public void The_time_of_a_count_is_the_first_at_which_it_is_reached() => ForAll<(uint, uint, uint)>(2000, random =>
    {
        using var arena = new Arena(0);
        var clock = new MachineClock(arena);
        ulong multiplier = (1UL << 46) + ((ulong)random.Item1 << 17);
        var counter = new TimeStampCounter(arena, clock, new() { Multiplier = multiplier, OffsetTicks = random.Item2 });
        clock.AdvanceBy(random.Item2);
        ulong ticks = counter.Value + 1000 + random.Item3;
        ulong time = counter.TimeOf(ticks);
        clock.AdvanceTo(time - 1);
        bool isBefore = counter.Value < ticks;
        clock.AdvanceTo(time);
        return isBefore && counter.Value >= ticks && counter.TimeOf(ticks) == time;
    });

    private static ulong Adjust(TimeStampCounter counter) =>
        counter.TryReadMsr(TimeStampCounter.AdjustMsr, out ulong value) ? value : 0;

    private static void ForAll<T>(int tests, Func<T, bool> holds) => Prop.ForAll(ArbMap.Default.ArbFor<T>(), holds)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(1, 3));
}
