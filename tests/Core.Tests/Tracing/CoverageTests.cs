// The map of features is sized by the last role and the last note; one that is added behind them must be named there.

using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tracing;

namespace Managarm.Perf.Core.Tests.Tracing;

public sealed class CoverageTests
{
    [Fact]
    public void The_map_has_room_for_every_role_note_and_result()
    {
        int roles = Enum.GetValues<PointKind>().Length;
        int notes = Enum.GetValues<NoteKind>().Length;
        int needed = (roles * roles * 2) + notes + (CallTable.Count * 4);
        Assert.InRange(Coverage.FeatureCount, needed, needed + 63);
    }
}
