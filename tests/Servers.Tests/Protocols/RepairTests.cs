// Repairs by name: what a name stands for, what is refused, that every protocol's windows can be named, and that a repair
// changes nothing before it acts, which a mark tells where it is off.


using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;
using Managarm.Perf.Servers.Oracle;
using Managarm.Perf.Servers.Protocols;
using Managarm.Perf.Servers.Running;
using Managarm.Perf.Servers.Tests.Running;

namespace Managarm.Perf.Servers.Tests.Protocols;

public sealed class RepairTests
{
    [Theory]
    [InlineData("tristate+O1", "tristate+O1")]
    [InlineData("tristate+T4+O1+T4", "tristate+O1+T4")]
    [InlineData("none+exec", "none+exec")]
    [InlineData("ordered-serial+all", "ordered-serial+1440")]
    [InlineData("ordered+all", "ordered")]
    public void A_name_has_one_form(string name, string canonical) =>
        Assert.Equal(canonical, ProtocolCatalog.Find(name)!.Name);

    [Fact]
    public void All_stands_for_every_window_and_is_found_again_by_its_full_name()
    {
        foreach (IProtocol protocol in (IProtocol[])[.. ProtocolCatalog.All, .. ProtocolCatalog.Variants])
        {
            IProtocol all = ProtocolCatalog.Find(protocol.Name + "+all")!;
            Assert.Equal(Repairs.None, all.Windows);
            Assert.DoesNotContain(RepairCatalog.All, all.Name[protocol.Name.Length..], StringComparison.Ordinal);
            Assert.Equal(all.Name, ProtocolCatalog.Find(all.Name)!.Name);
        }
    }

    [Fact]
    public void Every_window_of_a_protocol_has_a_name()
    {
        Repairs named = Repairs.None;
        foreach (NamedRepair repair in RepairCatalog.Entries)
        {
            Assert.Equal(Repairs.None, named & repair.Repairs);
            named |= repair.Repairs;
        }

        foreach (IProtocol protocol in (IProtocol[])[.. ProtocolCatalog.All, .. ProtocolCatalog.Variants])
        {
            Assert.Equal(Repairs.None, protocol.Windows & ~named);
        }
    }

    [Theory]
    [InlineData("tristate+W1", "'tristate' has no repair 'W1'; there are O1, O2, O3, O4, T1, ")]
    [InlineData("tristate+", "'tristate' has no repair ''; there are O1, ")]
    [InlineData("tristate+o1", "'tristate' has no repair 'o1'; there are O1, ")]
    [InlineData("ordered+O1", "'ordered' has no repairs, and 'O1' is none")]
    [InlineData("quadstate+O1", "")]
    public void What_is_no_repair_is_named(string name, string mistake)
    {
        Assert.False(ProtocolCatalog.TryFind(name, out IProtocol? found, out string said));
        Assert.Null(found);
        Assert.StartsWith(mistake, said, StringComparison.Ordinal);
        Assert.Null(ProtocolCatalog.Find(name));
    }

    [Fact]
    public void A_repair_changes_nothing_before_it_acts()
    {
        var walk = new RandomWalk();
        int unmarked = 0;
        using var today = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        using var repaired = new ScenarioRunner(ProtocolCatalog.Find("tristate+all")!, Profile.Managarm);
        foreach ((string name, Scenario scenario) in SeedScenarios.Load())
        {
            for (uint seed = 0; seed < 20; seed++)
            {
                walk.Seed(seed, seed % 5);
                RunResult without = today.Run(scenario, walk, default);
                bool isMarked = today.System.Marks.Seen != Repairs.None;
                walk.Seed(seed, seed % 5);
                RunResult with = repaired.Run(scenario, walk, default);

                // A deaf server is a limit, which only the oracle knows; a cancel that is kept and dropped again is a note.
                bool isDeaf = name.Contains("deaf", StringComparison.Ordinal);
                bool isKept = repaired.System.World.Coverage.HasNote(NoteKind.CancelKept);
                without = isKept ? without with { TraceHash = with.TraceHash } : without;
                Assert.True(isMarked || isDeaf || without == with, $"{name} with seed {seed}: a repair acted that left no mark");
                unmarked += isMarked ? 0 : 1;
            }
        }

        Assert.InRange(unmarked, 100, int.MaxValue);
    }

    [Fact]
    public void A_mark_has_a_step_and_a_party()
    {
        using var runner = new ScenarioRunner(ProtocolCatalog.Find("tristate")!, Profile.Managarm);
        (_, Scenario scenario) = SeedScenarios.Load().Single(seed => seed.Name == "exec-pending-signal");
        var walk = new RandomWalk();
        walk.Seed(1, 4);
        RunResult result = runner.Run(scenario, walk, default);
        Assert.NotEqual(Repairs.None, runner.System.Marks.Seen & Repairs.ExecBeginsUnguarded);
        Assert.InRange(runner.System.Marks.StepOf(Repairs.ExecBeginsUnguarded), 1u, result.Steps);
        Assert.Equal("posix", runner.System.Parties.NameOf(runner.System.Marks.PartyOf(Repairs.ExecBeginsUnguarded)).ToString());
    }
}
