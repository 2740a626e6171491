// The one target of all byte-oriented engines: bytes to a run to a verdict. What is known is no crash, because an engine that
// stops at a protocol's windows would never get past them; a new violation is, and so is an exception of ours. The verdict is a
// function of the bytes and of the options, so what an engine keeps can be told again.

using Managarm.Perf.Core.Defects;
using Managarm.Perf.Fuzz.Causes;
using Managarm.Perf.Fuzz.Inputs;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Fuzz.EngineInputs;

/// <summary>Runs bytes under one protocol.</summary>
public sealed class ByteTarget : IDisposable
{
    private readonly ScenarioRunner runner;
    private readonly RepairedWorlds worlds;
    private readonly Attribution attribution;
    private readonly KnownRule rule;
    private readonly DefectSet defects;
    private readonly EngineInput input = new();
    private readonly EngineStrategies strategies = new();

    /// <summary>Builds the system.</summary>
    /// <param name="protocol">Protocol.</param>
    /// <param name="profile">Profile that the oracle applies.</param>
    /// <param name="defects">Defects that are on.</param>
    /// <param name="rule">What is known.</param>
    public ByteTarget(IProtocol protocol, Profile profile, DefectSet defects, KnownRule rule)
    {
        runner = new ScenarioRunner(protocol, profile);
        worlds = new RepairedWorlds(protocol, profile, judgesAllCalls: false, relaxesDispatch: false);
        attribution = new Attribution(worlds);
        this.defects = defects;
        this.rule = rule;
    }

    /// <summary>Runs the judgement of a violation, which makes many runs. Who measures what an input does leaves them
    /// out.</summary>
    public Action<Action> Aside { get; init; } = static judge => judge();

    /// <summary>Builds the system for names as they are on a command line.</summary>
    /// <param name="protocol">Name of a protocol.</param>
    /// <param name="profile">Name of a profile.</param>
    /// <param name="defects">Names of defects.</param>
    /// <param name="rule">What is known.</param>
    /// <param name="aside">Runs judgements; see <see cref="Aside"/>.</param>
    /// <returns>The target.</returns>
    public static ByteTarget OfNames(
        string protocol, string profile, IEnumerable<string> defects, KnownRule rule, Action<Action> aside) =>
        new(NamedThings.FindProtocol("--protocol", protocol), NamedThings.ProfileOf("--profile", profile),
            NamedThings.DefectsOf("--defect", defects), rule)
        {
            Aside = aside,
        };

    /// <summary>Runs an input. A bug of this tool comes out as the exception that it is.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <returns>What it did.</returns>
    public ByteOutcome Run(ReadOnlySpan<byte> bytes)
    {
        if (!EngineInputCodec.TryDecode(bytes, input))
        {
            return new ByteOutcome(ByteVerdict.Undecodable, "", "");
        }

        Violation violation = runner.Run(input.Scenario, strategies.Of(input, runner.System), defects).Violation;
        if (violation.IsNone)
        {
            return new ByteOutcome(ByteVerdict.Clean, "", "");
        }

        // As in a campaign: a schedule that was not recorded whole cannot be shown to anybody.
        if (runner.Recorded.IsTruncated)
        {
            return new ByteOutcome(ByteVerdict.Unrecorded, "", "");
        }

        ByteOutcome outcome = default;
        Aside(() =>
        {
            (string signature, string? reason) = rule.Judge(runner, attribution, input.Scenario, violation, defects);
            ByteVerdict verdict = reason is null ? ByteVerdict.NewViolation : ByteVerdict.Known;
            outcome = new ByteOutcome(verdict, signature, reason ?? "");
        });
        return outcome;
    }

    /// <summary>Runs an input as engines want it: what they should keep as a crash is an exception.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <exception cref="NewViolationException">The input shows a violation that is not known.</exception>
    public void RunOrThrow(ReadOnlySpan<byte> bytes)
    {
        ByteOutcome outcome = Run(bytes);
        if (outcome.Verdict == ByteVerdict.NewViolation)
        {
            throw new NewViolationException(outcome.Signature);
        }
    }

    /// <summary>Runs an input and tells a bug of this tool like everything else.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <returns>What it did.</returns>
    public ByteOutcome Tell(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Run(bytes);
        }
#pragma warning disable CA1031 // whatever it is, it is what the input was kept for
        catch (Exception failure)
#pragma warning restore CA1031 // see above
        {
            string message = failure.Message.ReplaceLineEndings(" ");
            return new ByteOutcome(ByteVerdict.ToolBug, $"{failure.GetType().Name}: {message}", "");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        runner.Dispose();
        worlds.Dispose();
    }
}

/// <summary>What an input did.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Signature">What the violation is called, or its beginning if that says that it is known; of a bug of this tool
/// the exception; otherwise empty.</param>
/// <param name="Reason">Why a violation is known, otherwise empty.</param>
public readonly record struct ByteOutcome(ByteVerdict Verdict, string Signature, string Reason);

/// <summary>What can become of an input.</summary>
public enum ByteVerdict
{
    /// <summary>The bytes are no input.</summary>
    Undecodable,

    /// <summary>Nothing is violated.</summary>
    Clean,

    /// <summary>A violation that is expected.</summary>
    Known,

    /// <summary>A violation in a run with more deviations than can be recorded.</summary>
    Unrecorded,

    /// <summary>A violation that is not expected.</summary>
    NewViolation,

    /// <summary>An exception of ours.</summary>
    ToolBug,
}

/// <summary>What an engine sees of a new violation.</summary>
/// <param name="signature">Signature of the violation.</param>
public sealed class NewViolationException(string signature) : Exception(signature);
