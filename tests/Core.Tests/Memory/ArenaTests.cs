// The arena's reset brings back exactly what was there at the seal, and its hash depends on what a run did and not on what ran
// before.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Tests.Memory;

public sealed class ArenaTests
{
    [Fact]
    public unsafe void Reset_restores_the_hot_part()
    {
        using var arena = new Arena(4096);
        int* words = arena.ReserveHot<int>(4);
        words[2] = 5;
        arena.Seal();
        words[2] = 6;
        words[3] = 7;
        arena.Reset();
        Assert.Equal(5, words[2]);
        Assert.Equal(0, words[3]);
    }

    [Fact]
    public void Slabs_start_afresh_after_a_reset()
    {
        using var arena = new Arena(4096);
        var slab = new Slab<int>(arena, 4, ObjectKind.Pipe);
        arena.Seal();
        Handle<int> before = slab.Allocate();
        slab[before] = 9;
        slab.Free(before);
        slab.Allocate();
        arena.Reset();
        Assert.Equal(0, slab.HighWater);
        Handle<int> after = slab.Allocate();
        Assert.Equal(before, after);
        Assert.Equal(0, slab[after]);
    }

    [Fact]
    public void The_hash_of_a_run_does_not_depend_on_earlier_runs() => Checked.ForAll<(byte[] Earlier, byte[] Run)>(200, input =>
    {
        using var used = new Arena(4096);
        var usedSlab = new Slab<long>(used, 16, ObjectKind.Pipe);
        used.Seal();
        Play(usedSlab, input.Earlier);
        used.Reset();
        Play(usedSlab, input.Run);

        using var fresh = new Arena(4096);
        var freshSlab = new Slab<long>(fresh, 16, ObjectKind.Pipe);
        fresh.Seal();
        Play(freshSlab, input.Run);
        return used.Hash() == fresh.Hash();
    });

    [Fact]
    public void The_hash_sees_every_byte_of_a_live_object()
    {
        using var arena = new Arena(4096);
        var slab = new Slab<long>(arena, 4, ObjectKind.Pipe);
        arena.Seal();
        Handle<long> handle = slab.Allocate();
        var hashes = new HashSet<ulong>();
        for (int bit = 0; bit < 64; bit++)
        {
            slab[handle] = 1L << bit;
            Assert.True(hashes.Add(arena.Hash()));
        }
    }

    [Fact]
    public unsafe void Reserving_is_possible_before_the_seal_only_and_within_bounds()
    {
        using var arena = new Arena(64);
        Assert.Throws<ToolBugException>(() => (nint)arena.ReserveCold<long>(9));
        Assert.Throws<ToolBugException>(() => (nint)arena.ReserveHot<byte>(1 << 20));
        Assert.Throws<ToolBugException>(arena.Reset);
        arena.Seal();
        Assert.Throws<ToolBugException>(() => (nint)arena.ReserveHot<int>(1));
        Assert.Throws<ToolBugException>(arena.Seal);
    }

    private static void Play(Slab<long> slab, byte[] commands)
    {
        for (int i = 0; i < commands.Length; i++)
        {
            if (commands[i] % 4 != 0)
            {
                Handle<long> handle = slab.Allocate();
                if (!handle.IsNone)
                {
                    slab[handle] = (commands[i] << 8) + i;
                }
            }
            else if (slab.IsLiveAt(commands[i] / 4))
            {
                slab.Free(slab.HandleAt(commands[i] / 4));
            }
        }
    }
}
