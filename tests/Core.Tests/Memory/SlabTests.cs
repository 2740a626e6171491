// Slabs and handles: a stale handle names nothing, the slot freed last is reused first, and the planted defect brings stale
// handles back to life. A model based on a plain dictionary is compared with the slab over random operations.

using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Tests.Memory;

public sealed class SlabTests : IDisposable
{
    private readonly Arena arena = new(64 * 1024);
    private readonly Slab<long> slab;

    public SlabTests()
    {
        slab = new Slab<long>(arena, 8, ObjectKind.Pipe);
        arena.Seal();
    }

    public void Dispose() => arena.Dispose();

    [Fact]
    public void A_handle_is_stale_once_its_object_is_freed()
    {
        Handle<long> handle = slab.Allocate();
        slab[handle] = 42;
        Assert.True(slab.IsLive(handle));
        slab.Free(handle);
        Assert.False(slab.IsLive(handle));
        Assert.Throws<StaleHandleException>(() => slab[handle] = 1);
        Assert.Throws<StaleHandleException>(() => slab.Free(handle));
    }

    [Fact]
    public void The_slot_freed_last_is_reused_first_under_a_new_generation()
    {
        Handle<long> first = slab.Allocate();
        Handle<long> second = slab.Allocate();
        slab[first] = 7;
        slab.Free(second);
        slab.Free(first);
        Handle<long> again = slab.Allocate();
        Assert.Equal(first.Index, again.Index);
        Assert.Equal(first.Generation + 1, again.Generation);
        Assert.Equal(0, slab[again]);
        Assert.False(slab.IsLive(first));
        Assert.Equal(2, slab.HighWater);
        Assert.Equal(1, slab.LiveCount);
    }

    [Fact]
    public unsafe void The_defect_makes_stale_handles_live_again()
    {
        *arena.Defects = default(DefectSet).With(Defect.GenerationNotBumped);
        Handle<long> stale = slab.Allocate();
        slab.Free(stale);
        Assert.False(slab.IsLive(stale));
        Handle<long> next = slab.Allocate();
        Assert.Equal(stale, next);
        Assert.True(slab.IsLive(stale));
    }

    [Fact]
    public void A_full_slab_gives_no_handle()
    {
        for (int i = 0; i < 8; i++)
        {
            Assert.False(slab.Allocate().IsNone);
        }

        Assert.True(slab.Allocate().IsNone);
        slab.Free(slab.HandleAt(3));
        Assert.Equal(3u, slab.Allocate().Index);
    }

    [Fact]
    public void No_handle_and_handles_from_elsewhere_are_never_live()
    {
        Assert.False(slab.IsLive(default));
        Assert.False(slab.IsLive(new Handle<long>(3, 1)));
        Assert.False(slab.IsLive(Handle<long>.FromBits(ulong.MaxValue)));
        Handle<long> handle = slab.Allocate();
        Assert.False(slab.IsLive(new Handle<long>(handle.Index, 0)));
        Assert.Equal(handle, Handle<long>.FromBits(handle.Bits));
        Assert.Equal(handle, (Handle<long>)(UntypedHandle)handle);
    }

    [Fact]
    public void A_slab_behaves_like_a_dictionary_with_unique_keys() => Checked.ForAll<byte[]>(300, commands =>
    {
        arena.Reset();
        var live = new Dictionary<Handle<long>, long>();
        var dead = new List<Handle<long>>();
        foreach (byte command in commands)
        {
            Apply(command, live, dead);
        }

        return live.Count == slab.LiveCount
            && live.All(entry => slab.IsLive(entry.Key) && slab[entry.Key] == entry.Value)
            && dead.TrueForAll(handle => !slab.IsLive(handle));
    });

    private void Apply(byte command, Dictionary<Handle<long>, long> live, List<Handle<long>> dead)
    {
        if (command % 3 != 0)
        {
            Handle<long> handle = slab.Allocate();
            Assert.Equal(live.Count == 8, handle.IsNone);
            if (!handle.IsNone)
            {
                slab[handle] = command;
                live.Add(handle, command);
            }
        }
        else if (live.Count > 0)
        {
            Handle<long> victim = live.Keys.ElementAt(command % live.Count);
            slab.Free(victim);
            live.Remove(victim);
            dead.Add(victim);
        }
    }
}
