// Some pins of an I/O APIC written down from the data sheet with a field for everything that it names: here the delivery status
// is kept and set by hand where the model derives it, and each pin says in prose order what it waits for.

using Managarm.Perf.Hardware.Buses;

namespace Managarm.Perf.Hardware.Tests.IoApics;

/// <summary>Reference for the redirection entries.</summary>
internal sealed class NaiveIoApic(int pinCount)
{
    private readonly Pin[] pins = [.. Enumerable.Range(0, pinCount).Select(_ => new Pin())];

    internal int RefusedVectors { get; set; }

    internal List<InterruptMessage> Sent { get; } = [];

    internal void Drive(int number, bool isHigh)
    {
        Pin pin = pins[number];
        bool before = pin.IsActive;
        pin.IsHigh = isHigh;
        if (!before && pin.IsActive && !pin.WaitsForEnds && !pin.IsMasked)
        {
            pin.HasEdge = true;
        }

        Settle(pin);
    }

    internal void WriteLow(int number, uint value)
    {
        Pin pin = pins[number];
        pin.Vector = (byte)value;
        pin.Mode = (DeliveryMode)((value >> 8) & 7);
        pin.IsLogical = Bit(value, 11);
        pin.IsActiveLow = Bit(value, 13);
        pin.IsLevel = Bit(value, 15);
        pin.IsMasked = Bit(value, 16);
        pin.IsInService = pin.IsInService && pin.IsLevel;
        pin.HasEdge = pin.HasEdge && !pin.IsMasked && !pin.WaitsForEnds;
        Settle(pin);
    }

    internal void WriteHigh(int number, uint value)
    {
        pins[number].Destination = value >> 24;
        Settle(pins[number]);
    }

    internal void End(byte vector)
    {
        foreach (Pin pin in pins.Where(pin => pin.Vector == vector))
        {
            pin.IsInService = false;
            Settle(pin);
        }
    }

    internal void Retry()
    {
        foreach (Pin pin in pins.Where(pin => pin.IsSendPending))
        {
            Settle(pin);
        }
    }

    internal uint ReadHigh(int number) => pins[number].Destination << 24;

    internal uint ReadLow(int number)
    {
        Pin pin = pins[number];
        return pin.Vector | ((uint)pin.Mode << 8) | At(11, pin.IsLogical) | At(12, pin.IsSendPending) | At(13, pin.IsActiveLow)
            | At(14, pin.IsInService) | At(15, pin.IsLevel) | At(16, pin.IsMasked);
    }

    private void Settle(Pin pin)
    {
        pin.IsSendPending = false;
        if (pin.IsMasked || !(pin.WaitsForEnds ? pin.IsActive && !pin.IsInService : pin.HasEdge))
        {
            return;
        }

        if (((RefusedVectors >> (pin.Vector % 8)) & 1) != 0)
        {
            pin.IsSendPending = true;
            return;
        }

        Sent.Add(new(pin.Vector, pin.Mode, pin.IsLogical, pin.Destination, pin.WaitsForEnds));
        pin.HasEdge = false;
        pin.IsInService |= pin.WaitsForEnds;
    }

    private static bool Bit(uint value, int number) => ((value >> number) & 1) != 0;

    private static uint At(int number, bool isSet) => isSet ? 1u << number : 0;

    /// <summary>A pin and its entry.</summary>
    private sealed class Pin
    {
        internal byte Vector { get; set; }

        internal DeliveryMode Mode { get; set; }

        internal bool IsLogical { get; set; }

        internal bool IsActiveLow { get; set; }

        internal bool IsLevel { get; set; }

        internal bool IsMasked { get; set; } = true;

        internal uint Destination { get; set; }

        internal bool IsHigh { get; set; }

        internal bool HasEdge { get; set; }

        internal bool IsInService { get; set; }

        internal bool IsSendPending { get; set; }

        internal bool IsActive => IsActiveLow ? !IsHigh : IsHigh;

        internal bool WaitsForEnds => IsLevel && Mode is (DeliveryMode.Fixed or DeliveryMode.LowestPriority);
    }
}
