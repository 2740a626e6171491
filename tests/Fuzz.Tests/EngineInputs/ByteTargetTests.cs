// What the byte target calls a crash: a planted defect is one, what is known is none, whatever form says it; and the verdict
// does not depend on what ran before.

using Managarm.Perf.Fuzz.EngineInputs;
using Managarm.Perf.Fuzz.Findings;
using Managarm.Perf.Fuzz.Tests.Campaigns;

namespace Managarm.Perf.Fuzz.Tests.EngineInputs;

public sealed class ByteTargetTests
{
    private static readonly DateOnly AnyDayBeforeExpiry = new(2026, 12, 1);

    [Fact]
    public void A_known_window_is_no_crash_and_without_the_list_it_is_one()
    {
        byte[] bytes = BytesOfWindow("waitpid-cancel-before-submit");
        using ByteTarget target = TargetFor("tristate", TestCampaign.Known);
        ByteOutcome known = target.Run(bytes);
        Assert.Equal((ByteVerdict.Known, "tristate liveness waitpid"), (known.Verdict, known.Signature));
        target.RunOrThrow(bytes);

        using ByteTarget unknowing = TargetFor("tristate", KnownFindings.None);
        Assert.StartsWith("tristate liveness waitpid ", unknowing.Run(bytes).Signature, StringComparison.Ordinal);
        Assert.Throws<NewViolationException>(() => unknowing.RunOrThrow(bytes));
    }

    [Fact]
    public void Every_window_with_a_repair_is_known()
    {
        using ByteTarget target = TargetFor("tristate", TestCampaign.Known);
        Assert.Equal(ByteVerdict.Known, target.Run(BytesOfWindow("read-cancel-meets-closed-lane")).Verdict);
        Assert.Equal(ByteVerdict.Known, target.Run(BytesOfWindow("waitpid-for-child-that-is-gone")).Verdict);
    }

    [Fact]
    public void A_planted_defect_is_a_crash()
    {
        using ByteTarget clean = TargetFor("monolithic", TestCampaign.Known);
        using ByteTarget target = TargetFor("monolithic", TestCampaign.Known, "child-end-missed");
        byte[][] inputs = [.. StartInputs.Seeds().SelectMany(static each => WithSeeds(each.Input))];
        byte[][] crashes = [.. inputs.Where(bytes => target.Run(bytes).Verdict == ByteVerdict.NewViolation)];
        Assert.NotEmpty(crashes);
        Assert.Throws<NewViolationException>(() => target.RunOrThrow(crashes[0]));
        Assert.All(inputs, bytes => Assert.Equal(ByteVerdict.Clean, clean.Run(bytes).Verdict));
    }

    [Fact]
    public void What_is_no_input_runs_nothing()
    {
        using ByteTarget target = TargetFor("tristate", TestCampaign.Known);
        Assert.Equal(ByteVerdict.Undecodable, target.Run([]).Verdict);
        Assert.Equal(ByteVerdict.Undecodable, target.Run("anything"u8).Verdict);
    }

    [Fact]
    public void The_verdict_does_not_depend_on_what_ran_before()
    {
        byte[] window = BytesOfWindow("read-cancel-meets-closed-lane");
        byte[][] inputs = [.. StartInputs.Seeds().Take(20).Select(static each => StartInputs.BytesOf(each.Input))];
        using ByteTarget used = TargetFor("tristate", TestCampaign.Known);
        foreach (byte[] input in inputs)
        {
            using ByteTarget fresh = TargetFor("tristate", TestCampaign.Known);
            Assert.Equal(fresh.Run(input), used.Run(input));
            Assert.Equal(ByteVerdict.Known, used.Run(window).Verdict);
        }
    }

    private static IEnumerable<byte[]> WithSeeds(EngineInput input)
    {
        const int Seeds = 8;
        for (int seed = 0; seed < Seeds; seed++)
        {
            input.Seed = (ulong)seed;
            yield return StartInputs.BytesOf(input);
        }
    }

    private static byte[] BytesOfWindow(string name) =>
        StartInputs.BytesOf(StartInputs.Windows().Single(each => each.Name == name).Input);

    private static ByteTarget TargetFor(string protocol, KnownFindings known, params string[] defects) =>
        ByteTarget.OfNames(
            protocol, "managarm", defects, new KnownRule(known, AnyDayBeforeExpiry), static judge => judge());
}
