// The driver of a serial port in an external file server (servers/uart/src/main.cpp): it waits for the interrupt object by its
// sequence, takes every byte that the port has, and answers. The order matters: the answer unmasks the pin, and a port that
// still had bytes would interrupt again at once. It sees the hardware through registers only. What the
// server of a device without hardware does differently is not here: FileBehaviour says where.

using Managarm.Perf.Core;
using Managarm.Perf.Core.Accesses;
using Managarm.Perf.Core.Defects;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Ipc;
using Managarm.Perf.Core.KernelObjects;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Core.Scheduling;
using Managarm.Perf.Core.Tasks;
using Managarm.Perf.Hardware;
using Managarm.Perf.Servers.Dispatch;
using Managarm.Perf.Servers.Running;

namespace Managarm.Perf.Servers.Files;

/// <summary>Drives serial ports.</summary>
internal sealed class SerialDriver
{
    private const int ReceiveBuffer = 0;
    private const int InterruptEnable = 1;
    private const int FifoControl = 2;
    private const int LineStatus = 5;
    private const byte FifoEnabled = 1;
    private const byte ReceivedData = 1;
    private const byte DataReady = 1;

    private readonly ModelSystem system;
    private readonly World world;
    private readonly Dispatcher dispatcher;

    internal SerialDriver(ModelSystem system, Dispatcher dispatcher)
    {
        this.system = system;
        world = system.World;
        this.dispatcher = dispatcher;
    }

    /// <summary>Serves the interrupts of a port for ever.</summary>
    /// <param name="device">A device that has a port.</param>
    /// <returns>Nothing.</returns>
    internal async ModelTask<Unit> Serve(Handle<Device> device)
    {
        int port = system.Files.Devices[device].Port - 1;
        uint descriptor = Attach(port);
        ulong sequence = 0;
        while (true)
        {
            sequence = await AwaitInterrupt(descriptor, sequence);
            await world.WritePoint(PointKind.DeviceAccess, ObjectKind.Device, device.Index);
            TakeInput(device, port);
            await world.WritePoint(PointKind.AnswerInterrupt, ObjectKind.InterruptPin, (uint)MachineMap.PinOfSerialPort(port));
            world.Counters.ServerEntries++;
            HelError error = world.Hel.AcknowledgeIrq(dispatcher.Universe, descriptor, IrqAnswer.Acknowledge, sequence);
            if (error != HelError.None)
            {
                world.Panic(PanicCode.UncheckedServerError);
            }

            if (world.Has(Defect.InterruptSequenceRace))
            {
                await world.ReadPoint(PointKind.DeviceAccess, ObjectKind.InterruptPin, (uint)MachineMap.PinOfSerialPort(port));
                sequence = SequenceOf(descriptor);
            }
        }
    }

    /// <summary>Makes an interrupt object for the pin of a port.</summary>
    private uint Attach(int port)
    {
        Handle<KernelEvent> irq = world.KernelEvents.Create(DescriptorKind.Irq);
        bool isAttached = !irq.IsNone && system.Hardware.Pins.Attach(MachineMap.PinOfSerialPort(port), irq);
        Verify.That(isAttached, "out of interrupt objects or sinks");
        WriteRegister(port, FifoControl, FifoEnabled);
        WriteRegister(port, InterruptEnable, ReceivedData);
        return world.Universes.Attach(dispatcher.Universe, DescriptorKind.Irq, irq.Bits, HelRights.Wait | HelRights.Signal);
    }

    /// <summary>What the interrupt object has counted by now; only a planted defect asks for it.</summary>
    private ulong SequenceOf(uint descriptor)
    {
        world.Universes.Inspect(dispatcher.Universe, descriptor, out Descriptor found);
        return world.KernelEvents[Handle<KernelEvent>.FromBits(found.Target)].Sequence;
    }

    private async ModelTask<ulong> AwaitInterrupt(uint descriptor, ulong sequence)
    {
        Handle<Operation> operation = world.Lanes.Prepare(OperationKind.AwaitEvent, dispatcher.Queue, 0);
        world.Lanes.Operations[operation].Universe = dispatcher.Universe;
        world.Lanes.Operations[operation].Descriptor = descriptor;
        world.Lanes.Operations[operation].EventSequence = sequence;
        await dispatcher.Push(operation);
        ulong reached = world.Lanes.Operations[operation].EventSequence;
        world.Lanes.Free(operation);
        return reached;
    }

    private void TakeInput(Handle<Device> device, int port)
    {
        system.Hardware.TouchPort(port);
        uint count = 0;
        while ((ReadRegister(port, LineStatus) & DataReady) != 0)
        {
            ReadRegister(port, ReceiveBuffer);
            count++;
        }

        ref Device state = ref system.Files.Devices[device];
        state.Tail += count;

        // The port is empty now: what did not fit into its FIFO is lost, and nobody is to wait for it.
        state.PendingBytes = 0;
        world.Events.Ring(ref state.StatusBell);
        system.Hardware.Announce();
    }

    private byte ReadRegister(int port, int register) =>
        system.Hardware.Machine.ReadPort((ushort)(MachineMap.SerialPortBase(port) + register));

    private void WriteRegister(int port, int register, byte value) =>
        system.Hardware.Machine.WritePort((ushort)(MachineMap.SerialPortBase(port) + register), value);
}
