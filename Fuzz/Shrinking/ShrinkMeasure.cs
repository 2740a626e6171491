// The one measure by which the shrinker says what is smaller: six numbers, compared from left to right. What costs a reader most
// comes first: a call must be understood, a party kept in mind, a signal told from the others, a deviation imagined; arguments
// and spans of time are only read. The shrinker accepts nothing but a strictly smaller candidate, so it ends.

using System.Numerics;
using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Fuzz.Shrinking;

/// <summary>Size of a scenario with its schedule.</summary>
/// <param name="Calls">Lines that make a call, those of handlers and of the environment included.</param>
/// <param name="Parties">Threads, handlers with a body, lines of the environment, pipes and devices.</param>
/// <param name="Signals">Different signals that are named.</param>
/// <param name="Deviations">Deviations of the schedule.</param>
/// <param name="Arguments">What the lines say beyond the simplest: conditions, accepted results, bytes above one, flags, signals
/// other than the plainest, second descriptors, peculiar devices, further servers,
/// what is peculiar of the machine.</param>
/// <param name="Ticks">Sum of all spans of time; a limit of <c>poll</c> counts one more.</param>
public readonly record struct ShrinkMeasure(
    int Calls, int Parties, int Signals, int Deviations, int Arguments, int Ticks) : IComparable<ShrinkMeasure>
{
    /// <summary>Measures a scenario.</summary>
    /// <param name="scenario">The scenario, linked.</param>
    /// <param name="deviations">Deviations of its schedule.</param>
    /// <returns>Its size.</returns>
    public static ShrinkMeasure Of(Scenario scenario, int deviations)
    {
        uint signals = 0;
        int arguments = 0;
        int ticks = 0;
        foreach (ref readonly Call call in scenario.Calls)
        {
            arguments += (call.WhenBlocked < 0 ? 0 : call.WhenSettled ? 2 : 1) + (call.Allowed.IsSpecified ? 1 : 0);
            ref readonly CallDescription description = ref CallTable.Of(call.Kind);
            for (int i = 0; i < description.ArgumentCount; i++)
            {
                signals |= SignalsIn(description.ArgumentAt(i), call.Argument(i));
                arguments += WeightOf(description.ArgumentAt(i), call.Argument(i));
                ticks += TicksIn(description.ArgumentAt(i), call.Argument(i));
            }
        }

        int parties = 0;
        foreach (ref readonly Strand strand in scenario.Strands)
        {
            parties += strand.Kind == StrandKind.None ? 0 : 1;
            bool isHandler = strand.Kind == StrandKind.Handler;
            signals |= isHandler ? 1u << strand.Signal : 0;
            arguments += isHandler ? PlainSignals.RankOf(strand.Signal) : 0;
        }

        foreach (ref readonly Resource resource in scenario.Resources)
        {
            parties += resource.Kind is ResourceKind.PipeRead or ResourceKind.Device ? 1 : 0;
            arguments += resource.Server + (resource.Behaviour == FileBehaviour.Terminal ? 0 : 1);
        }

        arguments += scenario.ProcessorCount - 1 + (int)scenario.Alarm;
        return new ShrinkMeasure(scenario.CallCount, parties, BitOperations.PopCount(signals), deviations, arguments, ticks);
    }

    /// <summary>Whether the left size is the smaller one.</summary>
    public static bool operator <(in ShrinkMeasure left, in ShrinkMeasure right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left size is the greater one.</summary>
    public static bool operator >(in ShrinkMeasure left, in ShrinkMeasure right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left size is not the greater one.</summary>
    public static bool operator <=(in ShrinkMeasure left, in ShrinkMeasure right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left size is not the smaller one.</summary>
    public static bool operator >=(in ShrinkMeasure left, in ShrinkMeasure right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(ShrinkMeasure other) =>
        (Calls, Parties, Signals, Deviations, Arguments, Ticks).CompareTo(
            (other.Calls, other.Parties, other.Signals, other.Deviations, other.Arguments, other.Ticks));

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Calls} calls, {Parties} parties, {Signals} signals, {Deviations} deviations, {Arguments} arguments, {Ticks} ticks";

    /// <summary>The six numbers in order, for tables.</summary>
    /// <returns>For instance <c>4/2/1/1/0/0</c>.</returns>
    public string ToShortText() => $"{Calls}/{Parties}/{Signals}/{Deviations}/{Arguments}/{Ticks}";

    private static uint SignalsIn(ArgumentKind kind, int value) => kind switch
    {
        ArgumentKind.Signal => 1u << value,
        ArgumentKind.SignalSet => (ushort)value,
        _ => 0,
    };

    private static int WeightOf(ArgumentKind kind, int value) => kind switch
    {
        ArgumentKind.ByteCount => Math.Max(0, value - 1),
        ArgumentKind.Status => value,
        ArgumentKind.ActionFlags or ArgumentKind.WaitFlags or ArgumentKind.OptionalPollEvents =>
            BitOperations.PopCount((uint)value),
        ArgumentKind.PollEvents => BitOperations.PopCount((uint)value) - 1,
        ArgumentKind.OptionalPollDescriptor => value >= 0 ? 1 : 0,
        ArgumentKind.Signal => PlainSignals.RankOf(value),
        ArgumentKind.SignalSet => WeightOfSet((ushort)value),
        _ => 0,
    };

    private static int WeightOfSet(uint set)
    {
        int weight = BitOperations.PopCount(set);
        for (uint rest = set; rest != 0; rest &= rest - 1)
        {
            weight += PlainSignals.RankOf(BitOperations.TrailingZeroCount(rest));
        }

        return weight;
    }

    private static int TicksIn(ArgumentKind kind, int value) => kind switch
    {
        ArgumentKind.Ticks => value,
        ArgumentKind.Timeout => value + 1,
        _ => 0,
    };
}
