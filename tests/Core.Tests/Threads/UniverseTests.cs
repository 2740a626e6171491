// Descriptor tables: numbers are never used twice, so an old number is right or dead; a lane's descriptor holds a reference to
// its end.

namespace Managarm.Perf.Core.Tests;

public sealed class UniverseTests : IDisposable
{
    private readonly TestWorld test = new();
    private readonly Handle<Universe> universe;

    public UniverseTests()
    {
        universe = test.World.Threads.CreateUniverse();
    }

    private Threads Threads => test.World.Threads;

    public void Dispose() => test.Dispose();

    [Fact]
    public void Numbers_are_never_used_twice() => Checked.ForAll<byte[]>(100, commands =>
    {
        Handle<Universe> own = Threads.CreateUniverse();
        var ever = new HashSet<uint>();
        var live = new Dictionary<uint, ulong>();
        bool isUnique = true;
        foreach (byte command in commands)
        {
            if (command % 3 != 0)
            {
                uint number = Threads.Attach(own, DescriptorKind.Queue, command);
                isUnique &= number == 0
                    ? live.Count == Universe.MaxDescriptors
                    : ever.Add(number) && live.TryAdd(number, command);
            }
            else if (live.Count > 0)
            {
                uint victim = live.Keys.ElementAt(command % live.Count);
                isUnique &= live.Remove(victim) && Threads.Detach(own, victim) == HelError.None;
            }
        }

        bool isConsistent = ever.All(number => Threads.TryLookUp(own, number, DescriptorKind.Queue, out ulong target)
            ? live.TryGetValue(number, out ulong expected) && expected == target
            : !live.ContainsKey(number));
        Threads.DestroyUniverse(own);
        return isUnique && isConsistent;
    });

    [Fact]
    public void A_dead_number_or_another_kind_finds_nothing()
    {
        uint number = Threads.Attach(universe, DescriptorKind.Queue, 7);
        Assert.False(Threads.TryLookUp(universe, number, DescriptorKind.Lane, out _));
        Assert.True(Threads.TryLookUp(universe, number, DescriptorKind.Queue, out ulong target));
        Assert.Equal(7ul, target);
        Assert.Equal(HelError.None, Threads.Detach(universe, number));
        Assert.Equal(HelError.NoDescriptor, Threads.Detach(universe, number));
        Assert.False(Threads.TryLookUp(universe, number, DescriptorKind.Queue, out _));
        Assert.NotEqual(number, Threads.Attach(universe, DescriptorKind.Queue, 8));
        Assert.False(Threads.TryLookUp(default, number, DescriptorKind.Queue, out _));
    }

    [Fact]
    public void A_lane_lives_as_long_as_its_descriptors()
    {
        (Handle<Lane> first, Handle<Lane> second) = test.World.Lanes.Create(1);
        uint number = Threads.Attach(universe, DescriptorKind.Lane, first.Bits);
        Threads.Attach(universe, DescriptorKind.Lane, first.Bits);
        test.World.Lanes.Release(first);
        Threads.Detach(universe, number);
        Assert.True(test.World.Lanes.IsOpen(first));
        Threads.DestroyUniverse(universe);
        Assert.False(test.World.Lanes.IsOpen(first));
        test.World.Lanes.Release(second);
        Assert.Equal(0, test.World.Lanes.LiveLanes);
    }
}
