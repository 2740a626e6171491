// Makes one call say less: without condition or with a weaker one, without accepted results, or with one argument at its
// simplest, at half, one lower, or with one member of a set less. Spans of time are arguments as well. Names of files and
// parties are left alone.

using Managarm.Perf.Core;

namespace Managarm.Perf.Fuzz;

/// <summary>Simplifies calls.</summary>
internal sealed class ArgumentSimplification : IReduction
{
    private const int Members = SignalTable.Count;
    private const int VariantsOfArgument = 3 + Members;
    private const int CallVariants = 3;
    private const int VariantsOfCall = CallVariants + (Call.ArgumentCount * VariantsOfArgument);

    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.CallCount * VariantsOfCall;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        ref Call call = ref candidate.Scenario.CallAt(number / VariantsOfCall);
        int variant = number % VariantsOfCall;
        switch (variant)
        {
            case 0:
                bool isSpecified = call.Allowed.IsSpecified;
                call.Allowed = default;
                return isSpecified;
            case 1:
                bool isGated = call.WhenBlocked >= 0;
                call.WhenBlocked = Scenario.None;
                return isGated;
            case 2:
                bool isSettled = call.WhenBlocked >= 0 && call.WhenSettled;
                call.WhenSettled = false;
                return isSettled;
            default:
                return Simplify(
                    ref call, (variant - CallVariants) / VariantsOfArgument, (variant - CallVariants) % VariantsOfArgument);
        }
    }

    private static bool Simplify(ref Call call, int argument, int variant)
    {
        ref readonly CallDescription description = ref CallTable.Of(call.Kind);
        if (argument >= description.ArgumentCount)
        {
            return false;
        }

        ArgumentKind kind = description.ArgumentAt(argument);
        int value = call.Argument(argument);
        int? simpler = variant switch
        {
            0 => SimplestOf(kind, value),
            1 => IsNumber(kind) ? value / 2 : null,
            2 => IsNumber(kind) ? value - 1 : null,
            _ => IsSet(kind) ? value & ~(1 << (variant - 3)) : null,
        };
        if (simpler is null || simpler == value || simpler < LeastOf(kind))
        {
            return false;
        }

        call.SetArgument(argument, simpler.Value);
        if (kind == ArgumentKind.OptionalPollDescriptor)
        {
            call.SetArgument(argument + 1, 0);
        }

        return true;
    }

    private static int? SimplestOf(ArgumentKind kind, int value) => kind switch
    {
        ArgumentKind.ByteCount or ArgumentKind.Ticks => Math.Min(value, 1),
        ArgumentKind.OptionalPollDescriptor or ArgumentKind.Timeout => -1,
        ArgumentKind.Status or ArgumentKind.ActionFlags or ArgumentKind.WaitFlags or ArgumentKind.SignalSet => 0,
        _ => null,
    };

    private static bool IsNumber(ArgumentKind kind) =>
        kind is ArgumentKind.ByteCount or ArgumentKind.Ticks or ArgumentKind.Timeout or ArgumentKind.Status;

    private static bool IsSet(ArgumentKind kind) =>
        kind is ArgumentKind.SignalSet or ArgumentKind.ActionFlags or ArgumentKind.PollEvents or ArgumentKind.WaitFlags;

    private static int LeastOf(ArgumentKind kind) => kind switch
    {
        ArgumentKind.ByteCount or ArgumentKind.Ticks or ArgumentKind.PollEvents => 1,
        ArgumentKind.OptionalPollDescriptor or ArgumentKind.Timeout => -1,
        _ => 0,
    };
}
