// Whatever user code passes to the kernel by number, it gets hel's error and the kernel survives: random calls on random
// descriptors of every kind, with random rights, never panic, and every object is gone when its descriptors are.

using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Core.Threads;

namespace Managarm.Perf.Core.Tests.Hel;

public sealed class HelCallsTests
{
    [Fact]
    public void Random_calls_on_random_descriptors_never_panic() => Checked.ForAll<byte[]>(300, commands =>
    {
        using var test = new TestWorld();
        World world = test.World;
        int party = test.Add(() => new ModelTask<Unit>(default(Unit)));
        Handle<Universe> universe = world.Universes.Create();
        Handle<KernelThread> thread = world.Threads.Create(party, universe, 0);
        Handle<IpcQueue> queue = world.Queues.Create(party, default, 1024, 4);
        (Handle<Lane> first, Handle<Lane> second) = world.Lanes.Create(1);
        var numbers = new List<uint> { 0, 12345 };
        for (int i = 0; i + 2 < commands.Length && i < 90; i += 3)
        {
            uint number = numbers[commands[i + 1] % numbers.Count];
            var rights = (HelRights)((uint)commands[i + 2] << 5);
            numbers.Add(Call(world, universe, number, rights, commands[i] % 14, (thread, queue, first, second)));
            world.Scheduler.Disable(party);
        }

        world.Universes.Destroy(universe);
        return world.PanicCode == PanicCode.None && world.KernelEvents.LiveCount == 0;
    });

    [Fact]
    public void Threads_are_controlled_by_descriptors_with_the_right_for_it()
    {
        using var test = new TestWorld();
        World world = test.World;
        Handle<Universe> universe = world.Universes.Create();
        Handle<KernelThread> thread = world.Threads.Create(test.Add(() => new ModelTask<Unit>(default(Unit))), universe, 0);
        uint manages = world.Universes.Attach(universe, DescriptorKind.Thread, thread.Bits, HelRights.Manage);
        uint signals = world.Universes.Attach(universe, DescriptorKind.Thread, thread.Bits, HelRights.Signal);
        Assert.Equal(HelError.BadRights, world.Hel.Resume(universe, signals));
        Assert.Equal(HelError.None, world.Hel.Resume(universe, manages));
        Assert.Equal(HelError.IllegalState, world.Hel.Resume(universe, manages));
        Assert.Equal(HelError.BadRights, world.Hel.InterruptThread(universe, manages));
        Assert.Equal(HelError.None, world.Hel.InterruptThread(universe, signals));
        Assert.True(world.Threads[thread].HasInterrupt);
        Assert.Equal(HelError.BadRights, world.Hel.KillThread(universe, signals));
        Assert.Equal(HelError.None, world.Hel.KillThread(universe, manages));
        Assert.Equal(HelError.None, world.Hel.KillThread(universe, manages));
        Assert.Equal(HelError.ThreadTerminated, world.Hel.InterruptThread(universe, signals));
        Assert.Equal(HelError.ThreadTerminated, world.Hel.Resume(universe, manages));
    }

    [Fact]
    public void Queues_and_lanes_are_reached_by_descriptors_with_the_right_for_it()
    {
        using var test = new TestWorld();
        World world = test.World;
        int party = test.Add(() => new ModelTask<Unit>(default(Unit)));
        Handle<Universe> universe = world.Universes.Create();
        Handle<IpcQueue> queue = world.Queues.Create(party, default, 1024, 4);
        (Handle<Lane> first, Handle<Lane> second) = world.Lanes.Create(1);
        uint drives = world.Universes.Attach(universe, DescriptorKind.Queue, queue.Bits, HelRights.Invoke);
        uint alerts = world.Universes.Attach(universe, DescriptorKind.Queue, queue.Bits, HelRights.Signal);
        uint lane = world.Universes.Attach(universe, DescriptorKind.Lane, first.Bits, HelRights.Invoke);
        uint managed = world.Universes.Attach(universe, DescriptorKind.Lane, first.Bits, HelRights.Manage);
        Assert.Equal(HelError.BadRights, world.Hel.AlertQueue(universe, drives));
        Assert.Equal(HelError.BadDescriptor, world.Hel.AlertQueue(universe, lane));
        Assert.Equal(HelError.None, world.Hel.AlertQueue(universe, alerts));
        Assert.Equal(UserNotify.Alert, world.Queues[queue].UserNotify);
        Assert.Equal(HelError.BadRights, world.Hel.ShutdownLane(universe, lane));
        Assert.Equal(HelError.None, world.Hel.ShutdownLane(universe, managed));
        world.Queues.Destroy(queue);
        Assert.Equal(HelError.NoDescriptor, world.Hel.AlertQueue(universe, alerts));
        world.Lanes.Release(second);
    }

    private static uint Call(
        World world,
        Handle<Universe> universe,
        uint number,
        HelRights rights,
        int which,
        (Handle<KernelThread> Thread, Handle<IpcQueue> Queue, Handle<Lane> First, Handle<Lane> Second) objects)
    {
        uint created = 0;
        switch (which)
        {
            case 0: world.Hel.CreateOneshotEvent(universe, out created); break;
            case 1: world.Hel.CreateBitsetEvent(universe, out created); break;
            case 2: world.Hel.HandleIrq(universe, out created); break;
            case 3: created = world.Universes.Attach(universe, DescriptorKind.Lane, objects.First.Bits, rights); break;
            case 4: created = world.Universes.Attach(universe, DescriptorKind.Queue, objects.Queue.Bits, rights); break;
            case 5: created = world.Universes.Attach(universe, DescriptorKind.Thread, objects.Thread.Bits, rights); break;
            case 6: world.Universes.Transfer(universe, universe, number, rights, HelRights.None, out created); break;
            case 7: world.Hel.RaiseEvent(universe, number); break;
            case 8: world.Hel.AcknowledgeIrq(universe, number, (IrqAnswer)rights, 0); break;
            case 9: world.Hel.AlertQueue(universe, number); break;
            case 10: world.Hel.InterruptThread(universe, number); break;
            case 11: world.Hel.Resume(universe, number); break;
            case 12: world.Universes.Close(universe, number); break;
            default: Exchange(world, universe, number, objects.Queue, rights); break;
        }

        return created;
    }

    private static void Exchange(World world, Handle<Universe> universe, uint number, Handle<IpcQueue> queue, HelRights rights)
    {
        Handle<Operation> operation = world.Lanes.PrepareExchange(queue, universe, number, 0);
        world.Lanes.AddItem(operation, ((uint)rights & 32) != 0 ? ItemKind.Offer : ItemKind.Accept);
        world.Lanes.AddItem(operation, ((uint)rights & 64) != 0 ? ItemKind.Push : ItemKind.Pull).Descriptor.Number = number;
        world.Lanes.Operations[operation].Items[1].Flags = (ItemFlags)((uint)rights >> 11 & 3);
        world.Queues.PushOrDrive(queue, operation);
        world.Queues.BeginDrive(queue);
        while (world.Queues.ProcessSubmission(queue))
        {
        }
    }
}
