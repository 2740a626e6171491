// Descriptor tables: numbers are never used twice, so an old number is right or dead; a wrong number, a wrong kind and a missing
// right are different errors; copies have no more rights than the original; an object lives as long as a descriptor names it.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.Memory;

namespace Managarm.Perf.Core.Tests.Descriptors;

public sealed class UniversesTests : IDisposable
{
    private const HelRights Both = HelRights.Wait | HelRights.Signal;

    private readonly TestWorld test = new();
    private readonly Handle<Universe> universe;

    public UniversesTests()
    {
        universe = Universes.Create();
    }

    private Universes Universes => test.World.Universes;

    public void Dispose() => test.Dispose();

    [Fact]
    public void Numbers_are_never_used_twice() => Checked.ForAll<byte[]>(100, commands =>
    {
        Handle<Universe> own = Universes.Create();
        var ever = new HashSet<uint>();
        var live = new Dictionary<uint, ulong>();
        bool isUnique = true;
        foreach (byte command in commands)
        {
            if (command % 3 != 0)
            {
                uint number = Universes.Attach(own, DescriptorKind.Queue, command, HelRights.All);
                isUnique &= number == 0
                    ? live.Count == Universe.MaxDescriptors
                    : ever.Add(number) && live.TryAdd(number, command);
            }
            else if (live.Count > 0)
            {
                uint victim = live.Keys.ElementAt(command % live.Count);
                isUnique &= live.Remove(victim) && Universes.Close(own, victim) == HelError.None;
            }
        }

        bool isConsistent = ever.All(number => Resolve(own, number, DescriptorKind.Queue, out ulong target) == HelError.None
            ? live.TryGetValue(number, out ulong expected) && expected == target
            : !live.ContainsKey(number));
        Universes.Destroy(own);
        return isUnique && isConsistent;
    });

    [Fact]
    public void A_dead_number_another_kind_and_a_missing_right_are_different_errors()
    {
        uint number = Universes.Attach(universe, DescriptorKind.Queue, 7, HelRights.Invoke);
        Assert.Equal(HelError.BadDescriptor, Resolve(universe, number, DescriptorKind.Lane, out _));
        Assert.Equal(HelError.None, Resolve(universe, number, DescriptorKind.Queue, out ulong target));
        Assert.Equal(7ul, target);
        Assert.Equal(
            HelError.BadRights, Universes.Resolve(universe, number, DescriptorKind.Queue, HelRights.Signal, out target));
        Assert.Equal(0ul, target);
        Assert.Equal(HelError.None, Universes.Close(universe, number));
        Assert.Equal(HelError.NoDescriptor, Universes.Close(universe, number));
        Assert.Equal(HelError.NoDescriptor, Resolve(universe, number, DescriptorKind.Queue, out _));
        Assert.NotEqual(number, Universes.Attach(universe, DescriptorKind.Queue, 8, HelRights.All));
        Assert.Equal(HelError.NoDescriptor, Resolve(default, number, DescriptorKind.Queue, out _));
        Assert.Equal(HelError.NoDescriptor, Resolve(universe, 0, DescriptorKind.Queue, out _));
    }

    [Fact]
    public void A_copy_has_the_rights_that_both_sides_agree_on()
    {
        Handle<Universe> other = Universes.Create();
        uint number = Universes.Attach(universe, DescriptorKind.Queue, 7, Both);
        Assert.Equal(
            HelError.BadRights, Universes.Transfer(universe, other, number, HelRights.Wait, HelRights.Signal, out uint copy));
        Assert.Equal(0u, copy);
        Assert.Equal(
            HelError.BadRights, Universes.Transfer(universe, other, number, HelRights.All, HelRights.Manage, out copy));
        Assert.Equal(HelError.None, Universes.Transfer(universe, other, number, HelRights.Signal, HelRights.None, out copy));
        Assert.Equal(HelError.None, Universes.Inspect(other, copy, out Descriptor found));
        Assert.Equal(HelRights.Signal, found.Rights);
        Assert.Equal(HelError.NoDescriptor, Universes.Transfer(universe, other, number + 1, Both, Both, out _));
        while (Universes.Attach(other, DescriptorKind.Queue, 1, Both) != 0)
        {
        }

        Assert.Equal(HelError.NoMemory, Universes.Transfer(universe, other, number, Both, Both, out _));
    }

    [Fact]
    public void A_lane_lives_as_long_as_its_descriptors()
    {
        (Handle<Lane> first, Handle<Lane> second) = test.World.Lanes.Create(1);
        uint number = Universes.Attach(universe, DescriptorKind.Lane, first.Bits, HelRights.Invoke);
        Universes.Attach(universe, DescriptorKind.Lane, first.Bits, HelRights.Invoke);
        test.World.Lanes.Release(first);
        Universes.Close(universe, number);
        Assert.True(test.World.Lanes.IsOpen(first));
        Universes.Destroy(universe);
        Assert.False(test.World.Lanes.IsOpen(first));
        test.World.Lanes.Release(second);
        Assert.Equal(0, test.World.Lanes.LiveLanes);
    }

    private HelError Resolve(Handle<Universe> own, uint number, DescriptorKind kind, out ulong target) =>
        Universes.Resolve(own, number, kind, HelRights.None, out target);
}
