// The reductions that put something plainer in the place of something else: an argument, a device, the machine. Each numbers what
// it could replace; see IReduction.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Fuzz.Shrinking;

// Makes one call say less: without condition or with a weaker one, without accepted results, or with one argument at its
// simplest, at half, one lower, or with one member of a set less. Spans of time are arguments as well. Names of files and
// parties are left alone.
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

// Makes devices terminals, the plainest kind, and brings them together on servers with low numbers.
/// <summary>Simplifies devices.</summary>
internal sealed class DeviceSimplification : IReduction
{
    private const int Variants = 1 + Scenario.MaximumServers;

    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.ResourceCount * Variants;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        ref Resource resource = ref candidate.Scenario.ResourceAt(number / Variants);
        int server = (number % Variants) - 1;
        if (server < 0)
        {
            bool isPeculiar = resource.Behaviour != FileBehaviour.Terminal;
            resource.Behaviour = FileBehaviour.Terminal;
            return isPeculiar;
        }

        bool isLower = server < resource.Server;
        resource.Server = isLower ? (byte)server : resource.Server;
        return isLower;
    }
}

// Gives the machine fewer processors, and the ordinary device for deadlines. A schedule that names a processor which is gone does
// not fit any more; the search for another one is the evaluator's.
/// <summary>Simplifies the machine.</summary>
internal sealed class MachineSimplification : IReduction
{
    /// <inheritdoc/>
    public int CountOf(Scenario scenario, Schedule schedule) => scenario.HasPlainMachine ? 0 : Scenario.MaximumProcessors;

    /// <inheritdoc/>
    public bool Apply(ShrinkCandidate candidate, int number)
    {
        Scenario scenario = candidate.Scenario;
        if (number == 0)
        {
            bool isPeculiar = scenario.Alarm != AlarmKind.TscDeadline;
            scenario.Alarm = AlarmKind.TscDeadline;
            return isPeculiar;
        }

        bool isLess = number < scenario.ProcessorCount;
        scenario.ProcessorCount = isLess ? number : scenario.ProcessorCount;
        return isLess;
    }
}
