// The access log is a ring: it keeps the newest entries, tells them apart exactly, and refuses what it has overwritten.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Tests.Accesses;

public sealed class AccessLogTests
{
    [Fact]
    public void Entries_come_back_as_they_were_recorded()
    {
        var log = new AccessLog();
        log.Read(uint.MaxValue, ObjectKind.Device, 0xfffff);
        log.Write(1, ObjectKind.Party, 0);
        Assert.Equal(new Access(uint.MaxValue, ObjectKind.Device, 0xfffff, false), log[0]);
        Assert.Equal(new Access(1, ObjectKind.Party, 0, true), log[1]);
        Assert.Equal(2u, log.Count);
    }

    [Fact]
    public void Old_entries_are_overwritten_and_then_refused()
    {
        var log = new AccessLog();
        for (uint step = 0; step < AccessLog.Capacity + 5; step++)
        {
            log.Write(step, ObjectKind.Lane, step & 7);
        }

        Assert.Throws<ToolBugException>(() => log[4]);
        Assert.Equal(5u, log[5].Step);
        Assert.Equal((uint)AccessLog.Capacity + 4, log[AccessLog.Capacity + 4].Step);
        Assert.Throws<ToolBugException>(() => log[AccessLog.Capacity + 5]);
        log.Reset();
        Assert.Throws<ToolBugException>(() => log[0]);
    }

    [Fact]
    public void A_log_that_is_off_records_nothing()
    {
        var log = new AccessLog { IsEnabled = false };
        log.Write(1, ObjectKind.Lane, 1);
        Assert.Equal(0u, log.Count);
    }

    [Fact]
    public void A_step_logs_what_its_point_announced_and_what_it_did()
    {
        using var test = new TestWorld();
        test.Add(async () =>
        {
            await test.Point(9);
            test.World.Reads(ObjectKind.Device, 3);
            test.World.Writes(ObjectKind.Device, 3);
            return default;
        });
        test.Run();
        AccessLog log = test.World.Log;
        Assert.Equal(new Access(2, ObjectKind.Pipe, 9, true), log[2]);
        Assert.Equal(new Access(2, ObjectKind.Device, 3, false), log[3]);
        Assert.Equal(new Access(2, ObjectKind.Device, 3, true), log[4]);
    }
}
